"""Two acts on one person never wait for each other: the person comes first, then what hangs on them."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations_with_replacement, count
from typing import TypeVar

import pytest
import sqlalchemy as sa
from flask import Flask
from pyotp.totp import TOTP

from blog.accounts.actions import (
    addresses,
    codes,
    erasing,
    erasing_from_log,
    factors,
    invitations,
    notes,
    passwords,
    profile,
    providers,
    roles,
    sessions,
    signing_in,
)
from blog.accounts.actions.passwords import proof_mark
from blog.accounts.erasure_log import LoggedErasure, Marks, key_mark, mark_of
from blog.accounts.events import CodeMailed, InvitationMailed
from blog.accounts.holdings import CommentsFate, Leaving
from blog.accounts.models.codes import CodeMail, MailedCode, WrongCode
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.factors import CodeApp, Passkey
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.models.sign_in import SignInFailure
from blog.accounts.openid.provider import Arrival
from blog.accounts.passkeys import new_challenge, place_of
from blog.accounts.queries import actor_at, link_at
from blog.accounts.values import Role, SignInMethod
from blog.accounts.views.entering import FirstStep, begin_session, enter, still_holds
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.entries import Entry
from blog.challenges.values import Judgement
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from blog.core.errors import NotFound
from blog.core.tokens import digest, new_token
from blog.discussions.actions import post_comment
from blog.discussions.models import Comment, Thread
from blog.mailroom.actions import store_reading
from blog.mailroom.parser.message import ParsedMail
from blog.moderation.actions import close_thread, remove_comment, reopen_thread
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.factories.discussions import make_comment, make_thread
from tests.support.authenticator import Device
from tests.support.crossing import Act, cross
from tests.support.events import heard

PLACE = place_of("http://localhost", "Rejoinder")
ISSUER = "https://provider.example"
_numbers = count(1)
T = TypeVar("T")


@dataclass
class Anna:
    """Somebody who has everything, and works here; whoever acts on her loads her anew."""

    id: int
    email: str
    source: str
    device: Device
    passkey: int
    used: int
    alive: int
    alive_code: str
    wanted: int
    wanted_code: str
    invitation: str
    thread: int
    comment: int
    entry: int
    unread: int
    erasure: str

    @property
    def person(self) -> Person:
        return session.get_one(Person, self.id)

    @property
    def actor(self) -> Actor:
        return actor_at(self.person, clock.now())

    @property
    def arrival(self) -> Arrival:
        return Arrival(ISSUER, self.email, self.email, is_verified=True, name=None)

    @property
    def wanted_email(self) -> str:
        return f"new.{self.email}"

    def app_code(self) -> str:
        return TOTP(factors.app_secret_of(self.person, "salt")).at(clock.now())


def make_anna() -> Anna:
    number = next(_numbers)
    email, source = f"anna{number}@example.org", f"192.0.{number // 250}.{number % 250}"
    person = make_person(email=email, role="editor", password_hash="a hash")
    admin = make_person(role="admin", password_hash="a hash")
    device, thread = Device(), make_thread()
    comment = make_comment(thread=thread)
    with unit_of_work():
        person.roles.append(PersonRole(role="moderator"))
        session.add(CodeApp(person_id=person.id, salt="salt", last_step=0, created_at=clock.now()))
        key = factors.add_passkey(
            person,
            device.new_key(),
            name="mine",
            user_handle="aGFuZGxl",
            challenge=new_challenge(),
            keep_session=None,
        )
        providers.link(person, Arrival(ISSUER, email, email, is_verified=True, name=None))
    with unit_of_work():
        close_thread(actor_at(person, clock.now()), thread, reason="Enough.")
    with unit_of_work():
        reopen_thread(actor_at(person, clock.now()), thread, reason="Not enough.")
    used, used_code = ask(email, source)
    with unit_of_work():
        assert codes.try_code(session.get_one(MailedCode, used), used_code, source) is codes.CodeCheck.RIGHT
    ask(email, source)
    alive, alive_code = ask(email, source)
    with heard(CodeMailed) as mailed, unit_of_work():
        addresses.ask_for_address(person, f"new.{email}", source=source, language="en", goal="/")
    with heard(InvitationMailed) as invited, unit_of_work():
        # Another mailbox for counting, the same address for who is meant.
        invitations.invite(
            actor_at(admin, clock.now()),
            f"other{number}@example.org",
            ["author"],
            language="en",
            source=source,
        )
        invited[0].invitation.email_key = person.email_key
    leave_old_rows(email, source)
    make_entry(make_challenge(), from_address=email)
    unread = make_entry(make_challenge(), from_address=email, eligible=None)
    # Nobody judges their own.
    entry = make_entry(make_challenge(), from_address=f"other{number}@example.org")
    with unit_of_work():
        asked = erasing.ask_for_erasure(person, CommentsFate.KEEP, person.actor)
    return Anna(
        person.id,
        email,
        source,
        device,
        key.id,
        used,
        alive,
        alive_code,
        mailed[0].asked.id,
        mailed[0].code,
        invited[0].token,
        thread.id,
        comment.id,
        entry.id,
        unread.delivery_id,
        asked.id,
    )


def leave_old_rows(email: str, source: str) -> None:
    """What counts for nothing any more: whoever comes next clears it away."""
    with unit_of_work():
        long_ago = clock.now() - timedelta(days=2)
        old_code = MailedCode(
            email=email,
            email_key=email,
            language="en",
            goal="/",
            ask_digest=digest(new_token()),
            link_digest=digest(new_token()),
            code_mac=digest(new_token()),
            created_at=long_ago,
            expires_at=long_ago,
        )
        # Else the mailbox has had all its mails of this hour.
        session.execute(sa.update(CodeMail).where(CodeMail.mailbox == email).values(at=long_ago))
        session.add_all(
            [
                old_code,
                WrongCode(mailbox=email, source=source, at=long_ago),
                SignInFailure(email_key=email, source=source, at=long_ago),
            ]
        )


def ask(email: str, source: str) -> tuple[int, str]:
    with heard(CodeMailed) as mailed, unit_of_work():
        codes.ask_for_code(email, source=source, language="en", goal="/")
    return mailed[0].asked.id, mailed[0].code


def need(found: T | None) -> T:
    """What an act cannot go on without: if somebody else has been faster, it is refused."""
    if not found:
        raise NotFound()
    return found


def in_unit(act: Callable[[Anna], object]) -> Callable[[Anna], None]:
    def run(anna: Anna) -> None:
        with unit_of_work():
            act(anna)

    return run


def come_in_with_passkey(anna: Anna) -> None:
    challenge = new_challenge()
    answer = anna.device.sign(PLACE, challenge)
    with unit_of_work():
        begin_session(factors.use_passkey(PLACE, challenge, answer), SignInMethod.PASSKEY)


def add_passkey(anna: Anna) -> None:
    key = Device().new_key()
    with unit_of_work():
        factors.add_passkey(
            anna.person, key, name="new", user_handle="aGFuZGxl", challenge=new_challenge(), keep_session=None
        )


def confirm_with_app(anna: Anna) -> None:
    need(factors.try_app_code(anna.person, anna.app_code(), anna.source))
    begin_session(anna.person, SignInMethod.APP)


def take_second_step(anna: Anna) -> None:
    shown = FirstStep(anna.person, proof_mark(anna.person), SignInMethod.PASSWORD, "/", None, None)
    need(still_holds(shown) and factors.try_app_code(anna.person, anna.app_code(), anna.source))
    begin_session(anna.person, SignInMethod.PASSWORD)


def mail_invitation_again(anna: Anna) -> None:
    invitation = open_invitation(anna)
    invitations.invite_again(actor_at(invitation.invited_by, clock.now()), invitation, anna.source)


def revoke_invitation(anna: Anna) -> None:
    invitation = open_invitation(anna)
    invitations.revoke_invitation(actor_at(invitation.invited_by, clock.now()), invitation)


def open_invitation(anna: Anna) -> Invitation:
    return session.scalars(sa.select(Invitation).where(Invitation.email_key == anna.email)).one()


def come_in_by_provider(anna: Anna) -> None:
    person = providers.known_person(anna.arrival)
    enter(need(person), SignInMethod.PROVIDER)


def unlink(anna: Anna) -> None:
    providers.unlink(anna.person, need(link_at(anna.id, ISSUER)), keep_session=None)


def come_in_with_code(anna: Anna) -> None:
    person = codes.person_of_mailbox(session.get_one(MailedCode, anna.used))
    enter(need(person), SignInMethod.CODE)


def change_address(anna: Anna) -> None:
    asked = session.get_one(MailedCode, anna.wanted)
    check = addresses.change_address(
        anna.person, asked, anna.wanted_code, source=anna.source, keep_session=None
    )
    need(check is codes.CodeCheck.RIGHT)


def remove_rows(anna: Anna) -> None:
    leaving = Leaving(anna.id, anna.email, anna.email)
    need(erasing.remove_rows(leaving, is_last_try=True))


def begin_again(anna: Anna) -> None:
    mark = mark_of(anna.id, anna.person.created_at)
    erasing_from_log.begin_again(
        LoggedErasure(anna.erasure, "", key_mark(), anna.id, mark, CommentsFate.KEEP, Marks())
    )


ACTS: dict[str, Callable[[Anna], None]] = {
    "remove a passkey": in_unit(
        lambda anna: factors.remove_passkey(
            anna.person, session.get_one(Passkey, anna.passkey), keep_session=None
        )
    ),
    "come in with a passkey": come_in_with_passkey,
    "add a passkey": add_passkey,
    "turn the app off": in_unit(lambda anna: factors.turn_app_off(anna.person, keep_session=None)),
    "renew recovery codes": in_unit(lambda anna: factors.renew_recovery_codes(anna.person)),
    "show the app once more": in_unit(confirm_with_app),
    "take the second step": in_unit(take_second_step),
    "try a recovery code": in_unit(lambda anna: factors.try_recovery_code(anna.person, "wrong", anna.source)),
    "set a password": in_unit(lambda anna: passwords.set_password(anna.person, "a rather new password")),
    "recover": in_unit(lambda anna: passwords.recover(anna.person)),
    "try a password": in_unit(lambda anna: signing_in.begin_attempt(anna.email, anna.source)),
    "unlink": in_unit(unlink),
    "come in by the provider": in_unit(come_in_by_provider),
    "type a mailed code": in_unit(
        lambda anna: need(
            codes.try_code(session.get_one(MailedCode, anna.alive), anna.alive_code, anna.source)
            is codes.CodeCheck.RIGHT
        )
    ),
    "ask for a code": in_unit(
        lambda anna: codes.ask_for_code(anna.email, source=anna.source, language="en", goal="/")
    ),
    "ask again": in_unit(lambda anna: codes.ask_again(session.get_one(MailedCode, anna.alive), anna.source)),
    "come in with a mailed code": in_unit(come_in_with_code),
    "ask for an address": in_unit(
        lambda anna: addresses.ask_for_address(
            anna.person, f"newer-{anna.email}", source=anna.source, language="en", goal="/"
        )
    ),
    "change the address": in_unit(change_address),
    "accept an invitation": in_unit(lambda anna: invitations.accept_invitation(anna.person, anna.invitation)),
    "invite": in_unit(
        lambda anna: invitations.invite(
            anna.actor, anna.wanted_email, ["author"], language="en", source=anna.source
        )
    ),
    "mail the invitation again": in_unit(mail_invitation_again),
    "take the invitation back": in_unit(revoke_invitation),
    "sign out everywhere": in_unit(lambda anna: sessions.sign_out_everywhere(anna.person)),
    "give a role": in_unit(lambda anna: roles.grant_role(anna.person, Role.AUTHOR)),
    "take a role": in_unit(lambda anna: roles.revoke_role(anna.person, Role.EDITOR)),
    "take the erasure back": in_unit(
        lambda anna: erasing.take_erasure_back(session.get_one(Erasure, anna.erasure), anna.actor)
    ),
    "begin the erasure": in_unit(lambda anna: erasing.begin_erasure(anna.erasure)),
    "begin it again": in_unit(begin_again),
    "remove all rows": in_unit(remove_rows),
    "note": in_unit(
        lambda anna: notes.note_about(Actor(anna.id, "Anna", frozenset({"admin"})), anna.person, "A note.")
    ),
    "change the profile": in_unit(
        lambda anna: profile.change_profile(
            anna.person, name="Anna Bos", handle=f"anna-bos-{anna.id}", bio=""
        )
    ),
    "post a comment": in_unit(
        lambda anna: post_comment(anna.actor, session.get_one(Thread, anna.thread), body="Some words.")
    ),
    "close a debate": in_unit(
        lambda anna: close_thread(anna.actor, session.get_one(Thread, anna.thread), reason="Enough.")
    ),
    "remove a comment": in_unit(
        lambda anna: remove_comment(anna.actor, session.get_one(Comment, anna.comment), reason="No.")
    ),
    "read a message": in_unit(
        lambda anna: store_reading(anna.unread, ParsedMail(from_address=anna.email, text="Forty-two."))
    ),
    "judge an answer": in_unit(
        lambda anna: judge_entry(anna.actor, session.get_one(Entry, anna.entry), Judgement.CORRECT)
    ),
}


# One for each way in which two acts have waited for each other, or crashed one behind the other. ACTS=all lets every
# two of them cross (`make soak`).
KNOWN_PAIRS = (
    ("come in with a passkey", "remove a passkey"),
    ("come in with a passkey", "add a passkey"),
    ("come in by the provider", "unlink"),
    ("show the app once more", "turn the app off"),
    ("type a mailed code", "sign out everywhere"),
    ("ask for an address", "change the address"),
    ("invite", "change the address"),
    ("mail the invitation again", "accept an invitation"),
    ("ask for a code", "remove all rows"),
    ("begin the erasure", "begin it again"),
    ("judge an answer", "remove all rows"),
    ("post a comment", "remove all rows"),
    ("change the address", "remove all rows"),
    ("unlink", "unlink"),
)
PAIRS = tuple(combinations_with_replacement(ACTS, 2)) if os.environ.get("ACTS") == "all" else KNOWN_PAIRS


def bound(name: str, anna: Anna) -> Act:
    return lambda: ACTS[name](anna)


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
@pytest.mark.parametrize("name", ACTS)
def test_each_act_is_done_where_nobody_else_acts(app: Flask, name: str) -> None:
    """Without it two acts that are refused at once would never wait for each other."""
    anna = make_anna()
    with app.test_request_context():
        ACTS[name](anna)


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_nobody_waits_for_whom_they_keep_waiting(app: Flask, first: str, second: str) -> None:
    def scene() -> tuple[Act, Act]:
        anna = make_anna()
        return bound(first, anna), bound(second, anna)

    assert cross(app, scene) > 0


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("taken_away", "comes_in"),
    [
        ("unlink", "come in by the provider"),
        ("remove a passkey", "come in with a passkey"),
        ("turn the app off", "show the app once more"),
        ("change the address", "come in with a mailed code"),
        ("begin the erasure", "come in with a mailed code"),
    ],
)
def test_who_waits_while_it_is_taken_away_does_not_come_in_by_it(
    app: Flask, taken_away: str, comes_in: str
) -> None:
    came_in: list[int] = []

    def scene() -> tuple[Act, Act]:
        anna = make_anna()

        def come_in() -> None:
            ACTS[comes_in](anna)
            came_in.append(anna.id)

        return bound(taken_away, anna), come_in

    assert cross(app, scene) > 0
    assert came_in == []
