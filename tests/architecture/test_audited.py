"""What staff can do is written down: every form that only they may send leaves a line in the audit log.

A route that leaves none stands below with its reason; whoever adds one decides here.
"""

from datetime import timedelta

import sqlalchemy as sa
import time_machine
from flask import Flask

from blog.accounts.models.audit import AuditRecord
from blog.accounts.words import ACT_NAMES
from blog.articles.actions import write_article
from blog.articles.values import ArticleText
from blog.challenges.actions.prizes import mark_sent
from blog.challenges.models.entries import Entry
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.routing import access_of
from blog.mailroom.models import OutboxMessage
from blog.mailroom.values import OutboxState
from tests.architecture.matrix import Row, routes_of
from tests.architecture.test_permission_matrix import TABLE, World
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.support.prizes import announce, claim, send_letters

LEAVES_NONE = {
    "articles.desk_preview": "stores nothing",
    "home.styleguide_post": "stores nothing",
}
_DONE = "in no no no no ok"
_ARTICLE = {"title": "Mine", "language": "en", "body": "Other words.\n", "version": "1"}
# Forms that need something in them, in the order in which they can be sent. The others stand in `TABLE` as they are.
FILLED_IN = (
    Row("articles.desk_new", "POST", "/desk/articles/new", _DONE, body={**_ARTICLE, "act": "publish"}),
    Row(
        "articles.desk_edit",
        "POST",
        "/desk/articles/{published_id}",
        _DONE,
        body={**_ARTICLE, "slug": "{published}", "act": "save"},
    ),
    Row("challenges.desk_set_up", "POST", "/desk/challenges/in-article/{asking}/the-question", _DONE),
    Row(
        "challenges.desk_terms_post",
        "POST",
        "/desk/challenges/{own_challenge}",
        _DONE,
        body={"title": "Another title", "prize": "A book", "reason": "There was a typo."},
    ),
    Row(
        "challenges.desk_entry",
        "POST",
        "/desk/challenges/{challenge}/entries/1",
        _DONE,
        body={"judgement": "correct", "reason": "Yes."},
    ),
    Row(
        "challenges.desk_disqualify",
        "POST",
        "/desk/challenges/{challenge}/entries/1/disqualify",
        _DONE,
        body={"code": "against_rules", "reason": "It was sent by a program."},
    ),
    Row(
        "challenges.desk_reinstate",
        "POST",
        "/desk/challenges/{challenge}/entries/1/reinstate",
        _DONE,
        body={"reason": "It was not."},
    ),
    Row(
        "challenges.desk_answer_rule",
        "POST",
        "/desk/challenges/{draft_challenge}/rule",
        _DONE,
        body={"kind": "exact", "answer": "42", "mode": "proposes", "accepted": "42", "rejected": "41"},
    ),
    Row("challenges.desk_announce", "POST", "/desk/challenges/{challenge}/announce", _DONE),
    Row("challenges.desk_prize_sent", "POST", "/desk/challenges/{claimed}/prizes/1/sent", _DONE),
    Row(
        "challenges.desk_prize_name",
        "POST",
        "/desk/challenges/{claimed}/prizes/1/name",
        _DONE,
        body={"reason": "It is rude."},
    ),
    Row(
        "challenges.desk_prize_tracking",
        "POST",
        "/desk/challenges/{claimed}/prizes/1/tracking",
        _DONE,
        body={"tracking": "3S1"},
    ),
    Row("challenges.desk_prize_received", "POST", "/desk/challenges/{claimed}/prizes/1/received", _DONE),
    Row("challenges.desk_prize_returned", "POST", "/desk/challenges/{sent}/prizes/1/returned", _DONE),
    Row("challenges.desk_prize_code", "POST", "/desk/challenges/{told}/prizes/1/code", _DONE),
    Row(
        "challenges.desk_prize_expired",
        "POST",
        "/desk/challenges/{untold}/prizes/1/expired",
        _DONE,
        body={"reason": "No letter has reached them."},
    ),
    Row(
        "challenges.desk_prize_declined",
        "POST",
        "/desk/challenges/{told}/prizes/1/declined",
        _DONE,
        body={"reason": "They wrote so."},
    ),
    Row(
        "challenges.desk_prize_disqualified",
        "POST",
        "/desk/challenges/{told_too}/prizes/1/disqualified",
        _DONE,
        body={"code": "copied", "reason": "It was copied."},
    ),
    Row(
        "challenges.desk_prize_reinstated",
        "POST",
        "/desk/challenges/{told_too}/prizes/1/reinstated",
        _DONE,
        body={"reason": "It was not."},
    ),
    Row(
        "challenges.desk_conclude",
        "POST",
        "/desk/challenges/{told}/conclude",
        _DONE,
        body={"reason": "Nobody is left."},
    ),
    Row(
        "people_desk.invitation_make",
        "POST",
        "/site/invitations",
        _DONE,
        body={"email": "bo@example.org", "roles": ["author"], "language": "en"},
    ),
    Row("people_desk.role_give", "POST", "/site/people/{person}/roles", _DONE, body={"role": "moderator"}),
    Row("people_desk.time_give", "POST", "/site/people/{resting}/time", _DONE),
)


def test_every_form_of_staff_leaves_a_line_or_stands_here_with_its_reason(
    app: Flask, sign_in: SignIn
) -> None:
    world = World(app, sign_in, "admin")
    world.places |= _more_things()
    rows = {row.endpoint: row for row in (*FILLED_IN, *_ready_rows(app))}
    assert set(rows) == _forms_of_staff(app)
    silent = {endpoint for endpoint, row in rows.items() if not _lines_after(world, row)}
    assert silent == set(LEAVES_NONE)


def _forms_of_staff(app: Flask) -> set[str]:
    return {
        endpoint
        for endpoint, method in routes_of(app)
        if method != "GET"
        and (access := access_of(app.view_functions[endpoint])) is not None
        and access.level == "staff"
    }


def _ready_rows(app: Flask) -> list[Row]:
    """The first row of the table for each form that an admin can send as it stands there."""
    missing = _forms_of_staff(app) - {row.endpoint for row in FILLED_IN}
    ready: dict[str, Row] = {}
    for row in TABLE:
        if row.endpoint in missing and row.method != "GET" and row.outcome_for("admin") == "ok":
            ready.setdefault(row.endpoint, row)
    return [*ready.values()]


def _more_things() -> dict[str, str]:
    """An article that asks something, and somebody whose role rests."""
    body = "A lead.\n\n::: challenge the-question\n## A question\n\nWho calls back?\n:::\n"
    editor = make_person(role="editor").actor
    with unit_of_work():
        asking = write_article(ArticleText("Asking", "asking", body, "en"), by=editor)
    with time_machine.travel(clock.now() - timedelta(weeks=3), tick=False):
        resting = make_person(role="author", password_hash="a hash")
    with time_machine.travel(clock.now() - timedelta(weeks=3), tick=False):
        untold = make_entry(make_challenge())
        announce(untold)
        _come_back(untold)
    claimed, sent, told, told_too = (make_entry(make_challenge()) for _turn in range(4))
    for entry in (claimed, sent):
        announce(entry)
        claim(entry, name="Ann")
    with unit_of_work():
        mark_sent(editor, sent.challenge, 1)
    for entry in (told, told_too):
        announce(entry)
    send_letters()
    return {
        "asking": str(asking.id),
        "resting": str(resting.id),
        "claimed": claimed.challenge.slug,
        "sent": sent.challenge.slug,
        "told": told.challenge.slug,
        "untold": untold.challenge.slug,
        "told_too": told_too.challenge.slug,
    }


def _come_back(entry: Entry) -> None:
    """The letter that tells somebody that they have won cannot be delivered."""
    with unit_of_work():
        letter = session.scalars(
            sa.select(OutboxMessage).where(OutboxMessage.cause == f"winner:{entry.id}")
        ).one()
        letter.note_attempt(OutboxState.FAILED, "550 no such user")


def _lines_after(world: World, row: Row) -> int:
    """How many lines say after a request that whoever asked has done something, in words that admins read."""
    assert world.me is not None
    by_me = sa.select(AuditRecord.act).where(AuditRecord.actor_id == world.me.id)
    before = len(session.scalars(by_me).all())
    filled = {
        name: value.format_map(world.places) if isinstance(value, str) else value
        for name, value in row.body.items()
    }
    sent = Row(row.endpoint, row.method, row.address, row.outcomes, row.whose, filled)
    assert world.outcome(sent) == "ok", row.name
    acts = session.scalars(by_me.order_by(AuditRecord.id)).all()
    assert set(acts) <= set(ACT_NAMES), row.name
    return len(acts) - before
