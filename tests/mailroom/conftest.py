"""One running mail door for each database, for all tests of a process: starting one takes a second."""

from collections.abc import Callable, Generator
from contextlib import ExitStack

import pytest
from flask import Flask

from tests.support.mail_door import running_mail_door, settings_of

OpenDoors = Callable[[Flask], int]


@pytest.fixture(scope="session")
def mail_doors() -> Generator[OpenDoors]:
    """A function that gives the port of the door on the database of an application."""
    ports: dict[str, int] = {}
    with ExitStack() as stack:

        def port_for(app: Flask) -> int:
            url = settings_of(app)["DATABASE_URL"]
            if url not in ports:
                opened = running_mail_door(app, program="tests.support.uncounting_door")
                ports[url], _process = stack.enter_context(opened)
            return ports[url]

        yield port_for


@pytest.fixture
def door(app: Flask, mail_doors: OpenDoors) -> int:
    """The port of a mail door on the database of this test."""
    return mail_doors(app)
