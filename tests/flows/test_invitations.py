"""Invited to work here: one mailbox, one use, one week, and never more than the inviter may give."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from pyotp.totp import TOTP

from blog.accounts.actions import factors
from blog.accounts.actions.invitations import accept_invitation, join_by_invitation
from blog.accounts.actions.roles import revoke_role
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.factors import CodeApp
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person
from blog.accounts.models.sign_in import BrowserSession
from blog.accounts.queries import person_by_email
from blog.accounts.totp import new_salt
from blog.accounts.values import Role
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import NotFound
from blog.mailroom.models import OutboxMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.support.at_once import at_once

PASSWORD = "correct horse battery"
ADDRESS = "bo@example.org"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GONE = (
    "An invitation works once, for a week, and while whoever sent it may invite you. Ask them for a new one."
)


def test_somebody_new_is_invited_and_works_here(client: FlaskClient, sign_in: SignIn) -> None:
    editor = make_person(name="Eva Smit", role="editor")
    desk = sign_in(editor)
    assert "Nobody has been invited yet" in desk.get("/site/invitations").text

    sent = send(desk, "Bo@Example.org", "author")
    assert "An invitation is on its way to Bo@example.org." in sent
    letter = letters()[0]
    assert letter.recipient == "Bo@example.org"
    assert letter.is_secret
    assert "Eva Smit invites you to Rejoinder, as author." in letter.text

    # Whoever looks at mail for people opens links, more than once.
    for _look in range(3):
        assert client.head(link()).status_code == 200
        assert client.get(link()).status_code == 200
    page = client.get(link())
    assert "Eva Smit asks you to come and work at Rejoinder, as author." in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert person_by_email(ADDRESS) is None

    accepted = client.post(link(), data={"name": "Bo Jansen", "password": PASSWORD})
    assert (accepted.status_code, accepted.location) == (303, "/account/")
    person = person_by_email(ADDRESS)
    assert person is not None
    assert (person.name, held(person)) == ("Bo Jansen", {"author"})
    assert client.get("/desk/").status_code == 200
    assert [
        session_.method for session_ in session.scalars(sa.select(BrowserSession).order_by(BrowserSession.id))
    ][-1] == "invitation"
    assert ">accepted<" in re.sub(r"<svg.*?</svg>", "", desk.get("/site/invitations").text)
    assert invitation().used_by_id == person.id


def test_somebody_with_an_account_takes_it_on_as_themself(client: FlaskClient, sign_in: SignIn) -> None:
    reader = make_person(name="Bo Jansen", email=ADDRESS, password_hash="a hash")
    send(sign_in(make_person(role="admin")), ADDRESS, "editor", "moderator")

    page = client.get(link())
    assert "There is an account with" in page.text
    assert 'name="name"' not in page.text
    refused = client.post(link(), data={"name": "Somebody Else", "password": PASSWORD})
    assert refused.status_code == 409
    assert held(reader) == set()

    here, elsewhere = sign_in(reader), sign_in(reader)
    assert 'name="password"' not in here.get(link()).text
    assert here.post(link()).status_code == 303
    assert held(reader) == {"editor", "moderator"}
    assert reader.name == "Bo Jansen"
    # Who may do more signs in anew, but for the browser that has just shown whose it is.
    assert here.get("/moderation/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


@pytest.mark.parametrize("name", ["Eva Smit", "\u0415va Sm1t", "De Redactie", "Rejoinder"])
def test_whoever_takes_it_on_passes_for_nobody_else_who_works_here(
    client: FlaskClient, sign_in: SignIn, name: str
) -> None:
    send(sign_in(make_person(name="Eva Smit", role="admin")), ADDRESS, "author")
    refused = client.post(link(), data={"name": name, "password": PASSWORD})
    assert refused.status_code == 422
    assert "this name" in refused.text or "This name is kept" in refused.text
    assert person_by_email(ADDRESS) is None
    # It is still theirs to take on.
    assert client.post(link(), data={"name": "Eva Smits", "password": PASSWORD}).status_code == 303
    assert person_by_email(ADDRESS) is not None


def test_who_has_come_in_by_codes_gives_a_password_first(sign_in: SignIn) -> None:
    reader = make_person(email=ADDRESS)
    send(sign_in(make_person(role="admin")), ADDRESS, "editor")
    here = sign_in(reader)
    assert 'name="password"' in here.get(link()).text
    for too_short in ("", "short"):
        assert here.post(link(), data={"password": too_short}).status_code == 422
    assert (held(reader), reader.password_hash) == (set(), None)
    assert here.post(link(), data={"password": PASSWORD}).status_code == 303
    assert held(reader) == {"editor"}
    assert here.get("/desk/").status_code == 200
    fresh = sign_in(make_person())
    fresh.post("/account/sign-out")
    assert fresh.post("/account/sign-in", data={"email": ADDRESS, "password": PASSWORD}).location == "/"


def test_who_has_a_second_factor_needs_no_password_and_shows_it_once_more(sign_in: SignIn) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        reader = make_person(email=ADDRESS)
        app = TOTP(_secret_of_new_app(reader))
        send(sign_in(make_person(role="admin")), ADDRESS, "editor")
        here = sign_in(reader)
        assert 'name="password"' not in here.get(link()).text
        accepted = here.post(link())
        assert (accepted.status_code, accepted.location) == (303, "/account/second-step")
        assert held(reader) == {"editor"}
        # Nothing of the session before is left, and the new one waits.
        assert here.get("/desk/").status_code == 302
        traveller.shift(timedelta(seconds=30))
        shown = here.post("/account/second-step", data={"code": app.now()})
        assert (shown.status_code, shown.location) == (303, "/account/")
        assert here.get("/desk/").status_code == 200
    assert reader.password_hash is None


def test_who_was_here_for_long_shows_who_they_are_before_they_invite(sign_in: SignIn) -> None:
    desk = sign_in(make_person(role="admin"))
    data = {"email": ADDRESS, "roles": ["editor"], "language": "en"}
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=False):
        page = desk.get("/site/invitations")
        assert (page.status_code, page.location) == (303, "/account/confirm?next=/site/invitations")
        late = desk.post("/site/invitations", data=data)
        assert (late.status_code, late.location) == (303, "/account/confirm?next=/account/")
    assert letters() == []


def test_it_is_nobody_elses(sign_in: SignIn) -> None:
    send(sign_in(make_person(role="admin")), ADDRESS, "editor")
    thief = make_person(role="author", password_hash="a hash")
    browser = sign_in(thief)
    page = browser.get(link())
    assert "somebody else is signed in here" in page.text
    assert browser.post(link(), data={"name": "Bo", "password": PASSWORD}).status_code == 409
    with pytest.raises(NotFound), unit_of_work():
        accept_invitation(thief, token())
    assert held(thief) == {"author"}
    assert person_by_email(ADDRESS) is None
    assert invitation().used_at is None


def test_it_works_once(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    send(sign_in(make_person(role="admin")), ADDRESS, "editor")
    client.post(link(), data={"name": "Bo Jansen", "password": PASSWORD})
    for answer in (
        app.test_client().get(link()),
        app.test_client().post(link(), data={"name": "Mo", "password": PASSWORD}),
        client.post(link()),
    ):
        assert answer.status_code == 404
        assert GONE in answer.text
        # Somebody who has come back to the link they know is shown a way on.
        assert ">Sign in<" in answer.text or ">Your account<" in answer.text
    assert count(Person) == 2


def test_nobody_learns_whether_there_ever_was_an_invitation(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    desk = sign_in(make_person(role="admin"))
    send(desk, ADDRESS, "editor")
    used = link()
    client.post(used, data={"name": "Bo Jansen", "password": PASSWORD})
    send(desk, "cees@example.org", "editor")
    taken_back = link()
    desk.post(f"/site/invitations/{invitations()[-1].id}/revoke")
    pages = {
        re.sub(r"/account/invitation/[\w-]+", "", app.test_client().get(path).text)
        for path in (used, taken_back, f"/account/invitation/made-up?{used.partition('?')[2]}")
    }
    assert len(pages) == 1


def test_somebody_else_who_is_signed_in_there_comes_back_by_signing_out(sign_in: SignIn) -> None:
    send(sign_in(make_person(role="admin")), ADDRESS, "editor")
    browser = sign_in(make_person())
    way_out = re.search(r'action="(/account/sign-out\?next=[^"]+)"', browser.get(link()).text)
    assert way_out is not None
    back = browser.post(unescape(way_out.group(1)))
    assert back.status_code == 303
    assert urlsplit(back.location).path == urlsplit(link()).path
    assert "Accept the invitation" in browser.get(back.location).text


def test_all_that_is_missing_is_told_at_once(sign_in: SignIn) -> None:
    desk = sign_in(make_person(role="admin"))
    for address in ("", "no address"):
        page = desk.post("/site/invitations", data={"email": address, "language": "en"})
        assert page.status_code == 422
        assert "2 things are not right yet" in page.text


def test_twenty_at_once_make_one_account(app: Flask, sign_in: SignIn) -> None:
    send(sign_in(make_person(role="admin")), ADDRESS, "editor")
    secret = token()

    def join(number: int) -> None:
        with unit_of_work():
            join_by_invitation(secret, f"Bo {number}", PASSWORD)

    refusals = at_once(app, 20, join)
    assert [str(refusal) for refusal in refusals] == [GONE] * 19
    assert count(Person, Person.email_key == ADDRESS) == 1


def test_twenty_at_once_by_somebody_with_an_account_give_the_role_once(app: Flask, sign_in: SignIn) -> None:
    reader = make_person(email=ADDRESS, password_hash="a hash")
    send(sign_in(make_person(role="admin")), ADDRESS, "editor")
    secret, reader_id = token(), reader.id

    def accept(_number: int) -> None:
        with unit_of_work():
            accept_invitation(session.get_one(Person, reader_id), secret)

    assert len(at_once(app, 20, accept)) == 19
    assert held(reader) == {"editor"}
    given = session.scalars(sa.select(AuditRecord).where(AuditRecord.act == "role given")).one()
    # Who took it on, and who gave it.
    invited = invitation()
    assert given.actor_id is None or given.actor_id == reader_id
    assert given.details == {"role": "editor", "invitation": invited.id, "invited_by": invited.invited_by_id}


def test_the_page_of_an_invitation_speaks_the_language_of_its_mail(
    client: FlaskClient, sign_in: SignIn
) -> None:
    desk = sign_in(make_person(role="admin"))
    desk.post("/site/invitations", data={"email": ADDRESS, "roles": ["author"], "language": "nl"})
    page = client.get(link(), headers={"Accept-Language": "en"})
    assert '<html lang="nl">' in page.text
    assert re.search(r'<form class="form" method="post" action="[^"]*lang=nl"', page.text)


def test_it_is_good_for_a_week(client: FlaskClient, sign_in: SignIn) -> None:
    inviter = make_person(role="admin")
    # Without one, their role would rest after a week, and with it what they gave.
    _secret_of_new_app(inviter)
    send(sign_in(inviter), ADDRESS, "editor")
    first, sent_at = link(), clock.now()
    with time_machine.travel(sent_at + timedelta(days=7), tick=False):
        assert client.get(first).status_code == 404
        assert client.post(first, data={"name": "Bo", "password": PASSWORD}).status_code == 404
        desk = sign_in(make_person(role="admin"))
        assert ">expired<" in desk.get("/site/invitations").text
        assert desk.post(f"/site/invitations/{invitation().id}/again").status_code == 303
        assert client.get(link()).status_code == 200
        assert client.get(first).status_code == 404
    assert person_by_email(ADDRESS) is None


def test_mailed_again_the_link_before_stops_working(client: FlaskClient, sign_in: SignIn) -> None:
    desk = sign_in(make_person(role="admin"))
    send(desk, ADDRESS, "editor")
    first = link()
    desk.post(f"/site/invitations/{invitation().id}/again")
    assert link() != first
    assert client.post(first, data={"name": "Bo", "password": PASSWORD}).status_code == 404
    assert client.post(link(), data={"name": "Bo", "password": PASSWORD}).status_code == 303
    assert desk.post(f"/site/invitations/{invitation().id}/again").status_code == 409


def test_taken_back_it_is_gone(client: FlaskClient, sign_in: SignIn) -> None:
    desk = sign_in(make_person(role="editor"))
    send(desk, ADDRESS, "author")
    assert desk.post(f"/site/invitations/{invitation().id}/revoke").status_code == 303
    assert ">taken back<" in desk.get("/site/invitations").text
    assert client.get(link()).status_code == 404
    assert client.post(link(), data={"name": "Bo", "password": PASSWORD}).status_code == 404
    for act in ("again", "revoke"):
        assert desk.post(f"/site/invitations/{invitation().id}/{act}").status_code == 409
    assert len(letters()) == 1


@pytest.mark.parametrize(
    ("inviter", "roles", "status"),
    [
        ("editor", ["author"], 303),
        ("editor", ["editor"], 403),
        ("editor", ["moderator"], 403),
        ("editor", ["admin"], 403),
        ("editor", ["author", "admin"], 403),
        ("admin", ["admin", "author", "editor", "moderator"], 303),
        ("admin", [], 422),
        ("admin", ["reader"], 422),
        ("admin", ["owner"], 422),
        ("moderator", ["author"], 403),
        ("author", ["author"], 403),
        ("reader", ["author"], 403),
    ],
)
def test_nobody_gives_more_than_their_own_role_does(
    sign_in: SignIn, inviter: str, roles: list[str], status: int
) -> None:
    answer = sign_in(make_person(role=inviter)).post(
        "/site/invitations", data={"email": ADDRESS, "roles": roles, "language": "en"}
    )
    assert answer.status_code == status
    assert [found.roles for found in invitations()] == ([roles] if status == 303 else [])


def test_who_may_not_invite_any_more_has_invited_nobody(client: FlaskClient, sign_in: SignIn) -> None:
    editor = make_person(role="editor")
    send(sign_in(editor), ADDRESS, "author")
    with unit_of_work():
        revoke_role(editor, Role.EDITOR)
    assert client.get(link()).status_code == 404
    assert client.post(link(), data={"name": "Bo", "password": PASSWORD}).status_code == 404
    admin = sign_in(make_person(role="admin"))
    assert admin.post(f"/site/invitations/{invitation().id}/again").status_code == 403
    assert person_by_email(ADDRESS) is None


def test_while_the_roles_of_who_invited_rest_nobody_takes_it_on(
    app: Flask, client: FlaskClient, sign_in: SignIn, runner: FlaskCliRunner
) -> None:
    with time_machine.travel(NOON, tick=False):
        inviter = make_person(email="eva@example.org", role="admin", password_hash="a hash")
    with time_machine.travel(NOON + timedelta(days=6), tick=False):
        send(sign_in(inviter), ADDRESS, "admin")
    with time_machine.travel(NOON + timedelta(days=7), tick=False):
        data = {"name": "Bo Jansen", "password": PASSWORD}
        for refused in (client.get(link()), client.post(link(), data=data)):
            # The same that is told of any other: nobody learns from it whose roles rest.
            assert (refused.status_code, GONE in refused.text) == (404, True)
        with pytest.raises(NotFound), unit_of_work():
            join_by_invitation(token(), "Bo Jansen", PASSWORD)
        assert person_by_email(ADDRESS) is None
        # Nor does anybody invite in their name.
        other = sign_in(make_person(role="admin"))
        again = other.post(f"/site/invitations/{invitation().id}/again")
        assert (again.status_code, "may not give these roles now" in again.text) == (403, True)
        by_command = runner.invoke(
            args=["people", "invite", "cas@example.org", "--role", "author", "--by", "eva@example.org"]
        )
        assert (by_command.exit_code, len(invitations())) == (1, 1)
        # The roles wake, and so does what they gave.
        with unit_of_work():
            session.add(CodeApp(person_id=inviter.id, salt="salt", last_step=0, created_at=clock.now()))
        assert client.post(link(), data=data).status_code == 303
        assert person_by_email(ADDRESS) is not None


def test_an_editor_sees_and_handles_their_own_only(sign_in: SignIn) -> None:
    send(sign_in(make_person(role="editor")), ADDRESS, "author")
    other, admin = sign_in(make_person(role="editor")), sign_in(make_person(role="admin"))
    assert "Nobody has been invited yet" in other.get("/site/invitations").text
    for act in ("again", "revoke"):
        assert other.post(f"/site/invitations/{invitation().id}/{act}").status_code == 404
    assert "bo<wbr>@example.org" in admin.get("/site/invitations").text
    assert admin.post(f"/site/invitations/{invitation().id}/revoke").status_code == 303


def test_the_inviter_does_not_learn_who_has_an_account(sign_in: SignIn) -> None:
    make_person(email="known@example.org")
    make_person(email="staff@example.org", role="admin")
    desk = sign_in(make_person(role="editor"))
    pages: set[str] = set()
    with time_machine.travel(clock.now(), tick=False):
        for address in ("known@example.org", "staff@example.org", "nobody@example.org"):
            answer = desk.post(
                "/site/invitations", data={"email": address, "roles": ["author"], "language": "en"}
            )
            assert answer.status_code == 303
            pages.add(row_of(desk.get(answer.location).text, address))
    assert len(pages) == 1
    assert len(letters()) == 3


def test_a_mailbox_gets_three_of_our_mails_an_hour_whoever_asks(
    app: Flask, client: FlaskClient, sign_in: SignIn
) -> None:
    desk = sign_in(make_person(role="admin"))
    client.post("/account/sign-in", data={"email": ADDRESS})
    for _mail in range(2):
        send(desk, ADDRESS, "editor")
    refused = desk.post("/site/invitations", data={"email": ADDRESS, "roles": ["editor"], "language": "en"})
    assert refused.status_code == 429
    assert len(letters()) == 3
    assert count(Invitation) == 2


@pytest.mark.parametrize("name", ["anna", "bob"])
def test_inviting_tells_nobody_whether_there_is_an_account(
    client: FlaskClient, sign_in: SignIn, name: str
) -> None:
    make_person(email="anna@example.org")
    for number in range(3):
        client.post("/account/sign-in", data={"email": f"{name}+{number}@example.org"})
    desk = sign_in(make_person(role="admin"))
    form = {"email": f"{name}@example.org", "roles": ["editor"], "language": "en"}
    assert desk.post("/site/invitations", data=form).status_code == 429


@pytest.mark.parametrize("name", ["anna", "bob"])
def test_nor_does_it_an_hour_later(client: FlaskClient, sign_in: SignIn, name: str) -> None:
    """Codes that were sent because there is an account count no more than those that were not."""
    make_person(email="anna@example.org")
    with time_machine.travel(NOON, tick=False) as now:
        for number in range(3):
            client.post("/account/sign-in", data={"email": f"{name}+{number}@example.org"})
        now.move_to(NOON + timedelta(minutes=30))
        for _time in range(3):
            client.post("/account/sign-in", data={"email": f"{name}@example.org"})
        now.move_to(NOON + timedelta(minutes=61))
        form = {"email": f"{name}@example.org", "roles": ["editor"], "language": "en"}
        assert sign_in(make_person(role="admin")).post("/site/invitations", data=form).status_code == 429


def test_the_token_is_stored_as_a_digest_and_stands_in_no_log(sign_in: SignIn) -> None:
    send(sign_in(make_person(role="admin")), ADDRESS, "editor")
    secret = token()
    assert len(secret) >= 43
    stored = session.execute(sa.select(Invitation.__table__)).one()
    logged = session.execute(sa.select(AuditRecord.__table__)).all()
    assert secret not in repr(stored) + repr(logged)
    assert ADDRESS not in repr(logged)


def test_it_stands_in_the_log(client: FlaskClient, sign_in: SignIn) -> None:
    admin = make_person(role="admin")
    send(sign_in(admin), ADDRESS, "editor")
    client.post(link(), data={"name": "Bo", "password": PASSWORD})
    bo = person_by_email(ADDRESS)
    assert bo is not None
    made = invitation().id
    assert [
        (record.act, record.actor_id, record.subject_kind, record.subject_id)
        for record in session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id))
    ] == [
        ("invitation mailed", admin.id, "invitation", made),
        ("joined", bo.id, "person", bo.id),
        ("invitation used", bo.id, "invitation", made),
        ("signed in", bo.id, "person", bo.id),
    ]


def _secret_of_new_app(person: Person) -> str:
    """Give somebody an app; what it makes its codes from."""
    salt = new_salt()
    secret = factors.app_secret_of(person, salt)
    with unit_of_work():
        factors.turn_app_on(person, salt, TOTP(secret).at(clock.now()), keep_session=None)
    return secret


def send(desk: FlaskClient, address: str, *roles: str) -> str:
    """Invite somebody; the page that follows."""
    answer = desk.post(
        "/site/invitations",
        data={"email": address, "roles": list(roles), "language": "en"},
        follow_redirects=True,
    )
    assert answer.status_code == 200
    return answer.text


def row_of(page: str, address: str) -> str:
    """What the page says of one invitation, but for whom and which it is."""
    shown = address.replace("@", "<wbr>@")
    rows = [row.partition("</tr>")[0] for row in page.split('<tr role="row">') if shown in row]
    assert len(rows) == 1
    same = re.sub(r"/invitations/\d+/|value=\"[^\"]+\"", "", rows[0])
    return same.replace(shown, "").replace(address, "")


def letters() -> list[OutboxMessage]:
    return list(session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def link() -> str:
    """The path in the last invitation that was mailed."""
    found = re.findall(
        r"http://localhost(/account/invitation/\S+)", "\n".join(each.text for each in letters())
    )
    return str(found[-1])


def token() -> str:
    return link().partition("?")[0].rpartition("/")[2]


def invitations() -> list[Invitation]:
    return list(session.scalars(sa.select(Invitation).order_by(Invitation.id)))


def invitation() -> Invitation:
    return invitations()[-1]


def held(person: Person) -> set[str]:
    session.refresh(person)
    return {role.role for role in person.roles}


def count(what: type[Person] | type[Invitation] | type[AuditRecord], *which: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(what).where(*which)) or 0
