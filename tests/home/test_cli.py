"""`flask site …`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner

from blog.accounts.models.sign_in import SetupLink
from blog.core.config import Settings
from blog.core.db import session, unit_of_work
from blog.home.demo.people import make_password, password_file
from tests.factories.accounts import make_person


@pytest.fixture
def demo_password(app: Flask) -> Iterator[str]:
    """The password of the demo people, gone afterwards."""
    instance: Path = app.extensions["settings"].instance
    yield make_password(instance)
    password_file(instance).unlink()


def test_greeting_prints_the_addresses_and_a_link_for_the_first_admin(
    runner: FlaskCliRunner, client: FlaskClient
) -> None:
    result = runner.invoke(args=["site", "greeting"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "http://localhost/\n" in result.stdout
    assert "127.0.0.1 port 2525, for …@answers.example.org\n" in result.stdout
    assert "http://localhost/site/outbox (no relay is set" in result.stdout
    (address,) = re.findall(r"http://localhost/account/set-up/\S+", result.stdout)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("listens", "told"),
    [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("0.0.0.0,::", "127.0.0.1"), ("192.0.2.1", "192.0.2.1")],  # noqa: S104
)
def test_greeting_tells_an_address_at_which_the_mail_door_answers(
    app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch, listens: str, told: str
) -> None:
    settings: Settings = app.extensions["settings"]
    values = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    values["smtp_host"] = listens
    monkeypatch.setitem(app.extensions, "settings", Settings(**values))

    assert f" {told} port 2525, for " in runner.invoke(args=["site", "greeting"]).stdout


def test_greeting_replaces_the_link_that_it_printed_before(
    runner: FlaskCliRunner, client: FlaskClient
) -> None:
    first, second = (
        re.findall(r"/account/set-up/\S+", runner.invoke(args=["site", "greeting"]).stdout)[0]
        for _run in range(2)
    )
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_greeting_makes_no_link_when_there_is_an_admin(runner: FlaskCliRunner) -> None:
    make_person(role="admin", email="anna@example.org")
    printed = runner.invoke(args=["site", "greeting"]).stdout
    assert printed.endswith("Sign in at http://localhost/account/sign-in\n")
    assert "anna@example.org" not in printed
    assert session.scalars(sa.select(SetupLink)).all() == []


def test_greeting_tells_how_to_sign_in_to_the_demo(runner: FlaskCliRunner, demo_password: str) -> None:
    person = make_person(role="admin", email="admin@example.org")
    with unit_of_work():
        person.is_demo = True
    printed = runner.invoke(args=["site", "greeting"]).stdout
    assert re.search(rf"admin +admin@example\.org +{demo_password}\n", printed)
    assert "set-up" not in printed
