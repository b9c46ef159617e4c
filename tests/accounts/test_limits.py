"""What counts beside each other, and not together: passwords, and codes on paper."""

import pytest

from blog.accounts.actions import factors, signing_in
from blog.accounts.models.factors import CodeApp
from blog.accounts.models.people import Person
from blog.core import clock
from blog.core.db import session, unit_of_work
from tests.factories.accounts import make_person

pytestmark = pytest.mark.usefixtures("app")
NETWORK = "192.0.2.1"


def test_no_address_that_somebody_types_counts_as_a_code_on_paper() -> None:
    person = _with_app("anna@example.org")
    with unit_of_work():
        code, *_others = factors.renew_recovery_codes(person)
    for number in range(signing_in.MAX_FAILURES_OF_SOURCE):
        with unit_of_work():
            signing_in.begin_attempt(f"paper:{number}", NETWORK)

    with unit_of_work():
        assert factors.try_recovery_code(person, code, NETWORK)


def test_wrong_codes_on_paper_keep_nobody_of_that_network_from_their_password() -> None:
    for number in range(3):
        person = _with_app(f"reader{number}@example.org")
        for _time in range(signing_in.MAX_FAILURES_OF_ACCOUNT_AT_SOURCE):
            with unit_of_work():
                assert not factors.try_recovery_code(person, "wrong", NETWORK)

    with unit_of_work():
        signing_in.begin_attempt("somebody@example.org", NETWORK)


def _with_app(email: str) -> Person:
    person = make_person(email=email, role="editor", password_hash="a hash")
    with unit_of_work():
        session.add(CodeApp(person_id=person.id, salt="salt", last_step=0, created_at=clock.now()))
    return person
