"""The chain of migrations: linear, the same tables as the models, and back and forth without a loss."""

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from blog.accounts.models.people import FormerAddress, Person, PersonRole
from blog.accounts.models.sign_in import BrowserSession
from blog.challenges.models.entries import EntryConfirmation
from blog.core.config import ROOT
from blog.core.db import Base, db, session, unit_of_work
from blog.factory import create_app
from tests.conftest import environment_for, missing
from tests.factories.accounts import make_person
from tests.support.databases import PostgresMissing, postgres_database, sqlite_database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Flask]:
    """An application whose database has no tables yet."""
    try:
        with sqlite_database() if request.param == "sqlite" else postgres_database() as url:
            app = create_app(environment_for(url, tmp_path))
            with app.app_context():
                yield app
                session.remove()
                db.engine.dispose()
    except PostgresMissing as reason:
        missing(str(reason))


def test_the_chain_is_linear() -> None:
    script = ScriptDirectory(str(ROOT / "migrations"))

    assert len(script.get_heads()) == 1
    assert [
        revision
        for revision in script.walk_revisions()
        if revision.is_merge_point or revision.is_branch_point
    ] == []


def test_it_makes_the_tables_of_the_models(empty_app: Flask) -> None:
    upgrade()

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_it_goes_back_to_nothing_and_forth_again(empty_app: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}

    upgrade()
    assert set(Base.metadata.tables) <= set(sa.inspect(db.engine).get_table_names())


def test_it_loses_no_row_when_run_again(empty_app: Flask) -> None:
    upgrade()
    make_person(name="Ann", role="editor")
    session.remove()

    upgrade()

    assert session.scalars(sa.select(Person.name)).all() == ["Ann"]
    assert session.scalars(sa.select(PersonRole.role)).all() == ["editor"]


def test_codes_by_mail_keep_who_is_signed_in_and_what_was_sent(empty_app: Flask) -> None:
    upgrade(revision="0001")
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO person (id, email, email_key, name, handle, is_demo, created_at) "
            "VALUES (1, 'ann@example.org', 'ann@example.org', 'Ann', 'ann', false, '2026-11-20 10:00:00')"
        )
        connection.exec_driver_sql(
            "INSERT INTO browser_session (id, person_id, token_digest, user_agent, created_at, seen_at, expires_at) "
            "VALUES (1, 1, 'abc', 'a test', '2026-11-20 10:00:00', '2026-11-21 10:00:00', '2026-12-20 10:00:00')"
        )
        connection.exec_driver_sql(
            "INSERT INTO outbox_message (id, cause, created_at, recipient, language, subject, text, message_id, "
            "is_automatic, state, attempts) VALUES (1, 'receipt:1', '2026-11-20 10:00:00', 'ann@example.org', 'nl', "
            "'Inzending 1', 'Dank je.', '<1@example.org>', true, 'sent', 1)"
        )

    upgrade()

    with db.engine.connect() as connection:
        begun = connection.exec_driver_sql("SELECT method, proved_at = created_at FROM browser_session").one()
        sent = connection.exec_driver_sql("SELECT text, is_secret FROM outbox_message").one()
    assert (begun[0], bool(begun[1])) == ("password", True)
    assert (sent[0], bool(sent[1])) == ("Dank je.", False)


def test_sessions_and_mails_that_count_stay_and_no_session_takes_the_number_of_another(
    empty_app: Flask,
) -> None:
    upgrade(revision="0009")
    day = "2026-11-20 10:00:00"
    _insert(
        "INSERT INTO person (id, email, email_key, name, handle, handle_key, is_demo, created_at) "
        "VALUES (1, 'ann', 'ann', 'ann', 'ann', 'ann', false, :day)",
        [{"day": day}],
    )
    columns = "person_id, token_digest, user_agent, method, proved_at, created_at, seen_at, expires_at"
    values = "1, :token, 'a test', 'password', :day, :day, :day, :day"
    tokens = [{"token": token, "day": day} for token in ("first", "second")]
    _insert(f"INSERT INTO browser_session ({columns}) VALUES ({values})", tokens)  # noqa: S608
    _insert(
        "INSERT INTO code_mail (mailbox, source, was_sent, at) VALUES ('ann', '192.0.2.1', true, :day)",
        [{"day": day}],
    )

    upgrade()

    with db.engine.begin() as connection:
        kept = connection.exec_driver_sql("SELECT id, token_digest FROM browser_session ORDER BY id").all()
        assert [tuple(row) for row in kept] == [(1, "first"), (2, "second")]
        assert tuple(connection.exec_driver_sql("SELECT mailbox, email_key FROM code_mail").one()) == (
            "ann",
            "ann",
        )
        connection.exec_driver_sql("DELETE FROM browser_session WHERE id = 2")
    _insert(f"INSERT INTO browser_session ({columns}) VALUES ({values})", [{"token": "third", "day": day}])  # noqa: S608
    assert session.scalars(sa.select(BrowserSession.id).order_by(BrowserSession.id)).all() == [1, 3]


def test_it_turns_foreign_keys_on_again(empty_app: Flask) -> None:
    upgrade()

    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_handles_that_look_the_same_both_stay(empty_app: Flask) -> None:
    before = ScriptDirectory(str(ROOT / "migrations")).get_revision("0004").down_revision
    assert isinstance(before, str)
    upgrade(revision=before)
    handles = ["jan-jansen", "janjansen", "anna", "jan-jansen-2", "j-an-jansen", "bi11"]
    row = sa.text(
        "INSERT INTO person (email, email_key, name, handle, is_demo, created_at)"
        " VALUES (:handle, :handle, 'Jan', :handle, false, '2026-01-01 00:00:00+00:00')"
    )
    with db.engine.begin() as connection:
        connection.execute(row, [{"handle": handle} for handle in handles])

    upgrade()

    rows = session.execute(sa.select(Person.handle, Person.handle_key).order_by(Person.id)).all()
    assert [handle for handle, _key in rows] == handles
    looks = ["janjansen", "janjansen~2", "anna", "janjansen2", "janjansen~3", "blll"]
    assert [key for _handle, key in rows] == looks


def test_who_was_given_time_has_their_roles_since_they_got_them(empty_app: Flask) -> None:
    """Ann was given time twice, and one role since; Bo's roles came with his account, Cees is older than the log."""
    upgrade(revision="0008")
    given, before = "2026-05-20 10:00:00.5", "2026-05-20 10:00:00"
    _insert(
        "INSERT INTO person (id, email, email_key, name, handle, handle_key, is_demo, created_at) "
        "VALUES (:id, :name, :name, :name, :name, :name, false, '2026-01-01 10:00:00')",
        [{"id": number, "name": name} for number, name in enumerate(("ann", "bo", "cees", "dirk"), start=1)],
    )
    roles = (
        (1, "editor", before),
        (1, "author", before),
        (1, "admin", "2026-06-01 10:00:00"),
        (2, "author", before),
        (3, "author", before),
        (4, "author", "2026-04-04 10:00:00"),
    )
    _insert(
        "INSERT INTO person_role (person_id, role, granted_at) VALUES (:id, :role, :at)",
        [{"id": number, "role": role, "at": at} for number, role, at in roles],
    )
    log = (
        (1, "joined", "{}", "2026-01-01 10:00:00"),
        (1, "role given", '{"role": "editor"}', "2026-02-01 10:00:00"),
        (1, "role given", '{"role": "author"}', "2026-03-01 10:00:00"),
        (1, "time given", "{}", "2026-04-20 10:00:00"),
        (1, "time given", "{}", given),
        (1, "role given", '{"role": "admin"}', "2026-06-01 10:00:00"),
        (2, "joined", "{}", "2026-01-02 10:00:00"),
        (2, "time given", "{}", given),
        (3, "time given", "{}", given),
        (4, "role given", '{"role": "author"}', "2026-04-04 10:00:01"),
    )
    _insert(
        "INSERT INTO audit_record (at, door, act, subject_kind, subject_id, details) "
        "VALUES (:at, 'web', :act, 'person', :id, :details)",
        [{"id": number, "act": act, "details": details, "at": at} for number, act, details, at in log],
    )

    upgrade()

    assert _days_of_roles() == [
        ("ann", "admin", "2026-06-01"),
        ("ann", "author", "2026-03-01"),
        ("ann", "editor", "2026-02-01"),
        ("bo", "author", "2026-01-02"),
        ("cees", "author", "2026-05-20"),
        ("dirk", "author", "2026-04-04"),
    ]
    people = session.execute(sa.select(Person.name, Person.time_given_at).order_by(Person.id)).all()
    days = [(name, str(at.date()) if at else None) for name, at in people]
    assert days == [("ann", "2026-05-20"), ("bo", "2026-05-20"), ("cees", "2026-05-20"), ("dirk", None)]
    session.remove()

    downgrade(revision="0008")

    # Their time runs as it did, and no other day is touched.
    assert {day for _name, _role, day in _days_of_roles()} == {"2026-04-04", "2026-05-20", "2026-06-01"}


def test_an_address_begins_where_somebody_else_left_it(empty_app: Flask) -> None:
    """Quirine had `a`, then Piet, then Quirine again; Piet has `b` now, that Bo had; nobody had `c` before Bo."""
    upgrade(revision="0008")
    _insert(
        "INSERT INTO person (id, email, email_key, name, handle, handle_key, is_demo, created_at) "
        "VALUES (:id, :key, :key, :name, :name, :name, false, :at)",
        [
            {"id": 1, "key": "a", "name": "quirine", "at": "2026-01-01 10:00:00.000000"},
            {"id": 2, "key": "b", "name": "piet", "at": "2026-03-01 10:00:00.000000"},
            {"id": 3, "key": "c", "name": "bo", "at": "2026-01-03 10:00:00.000000"},
        ],
    )
    left = (
        (2, "a", "2026-04-01 10:00:00.000000"),
        (1, "a", "2026-02-01 10:00:00.000000"),
        (3, "b", "2026-02-02 10:00:00.000000"),
        (1, "d", "2026-05-01 10:00:00.000000"),
    )
    _insert(
        "INSERT INTO former_address (person_id, email, email_key, until) VALUES (:id, :key, :key, :at)",
        [{"id": number, "key": key, "at": at} for number, key, at in left],
    )

    upgrade()

    former = sa.select(FormerAddress.person_id, FormerAddress.email_key, FormerAddress.since)
    rows = session.execute(former.order_by(FormerAddress.until)).all()
    assert [(number, key, str(since.date()) if since else None) for number, key, since in rows] == [
        (1, "a", None),
        (3, "b", None),
        (2, "a", "2026-03-01"),
        (1, "d", None),
    ]
    people = session.execute(sa.select(Person.name, Person.email_since).order_by(Person.id)).all()
    days = [(name, str(since.date()) if since else None) for name, since in people]
    assert days == [("quirine", "2026-05-01"), ("piet", "2026-04-01"), ("bo", None)]
    session.remove()

    downgrade(revision="0008")

    with db.engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT person_id, email_key FROM former_address ORDER BY until"))
        assert [tuple(row) for row in kept] == [(1, "a"), (3, "b"), (2, "a"), (1, "d")]


def test_a_week_to_confirm_that_has_begun_goes_on_from_its_letter(empty_app: Flask) -> None:
    upgrade(revision="0011")
    at = "2026-11-20 10:00:00.000000"
    _insert(
        "INSERT INTO challenge (id, slug, title, question_html, prize, judging, language, status, entry_total, "
        "is_demo, created_at) VALUES (1, 'one', 'One', '', '', 'editor', 'en', 'open', 3, false, :at)",
        [{"at": at}],
    )
    for number in (1, 2, 3):
        _insert(
            "INSERT INTO delivery (id, received_at, door, route, recipient, peer, helo, tls, sha256, size, raw) "
            "VALUES (:number, :at, 'smtp', 'answers', 'one@answers.example.org', '', '', false, '', 0, :raw)",
            [{"number": number, "at": at, "raw": b""}],
        )
        _insert(
            "INSERT INTO entry (id, challenge_id, number, delivery_id, received_at, token_digest, eligible) "
            "VALUES (:number, 1, :number, :number, :at, :token, true)",
            [{"number": number, "at": at, "token": str(number)}],
        )
    _insert(
        "INSERT INTO outbox_message (id, cause, created_at, recipient, language, subject, text, message_id, "
        "is_automatic, is_secret, state, attempts, sent_at) "
        "VALUES (9, 'confirm:1', :at, 'zoe@example.org', 'en', 'Yours?', '', "
        "'<9@example.org>', false, true, 'sent', 1, '2026-11-20 12:00:00.000000')",
        [{"at": at}],
    )
    _insert(
        "INSERT INTO entry_confirmation (entry_id, asked_at, code_digest, code_failures, due_at, confirmed_by) "
        "VALUES (:id, :at, 'a digest', 0, :due_at, NULL)",
        [
            {"id": 1, "at": at, "due_at": "2026-11-27 10:00:00.000000"},
            {"id": 2, "at": at, "due_at": "2026-11-27 10:00:00.000000"},
            {"id": 3, "at": at, "due_at": None},
        ],
    )

    upgrade()

    found = {row.entry_id: row for row in session.scalars(sa.select(EntryConfirmation))}
    told = {number: (str(row.due_at), row.is_unreachable) for number, row in found.items()}
    assert told == {
        1: ("2026-11-27 12:00:00+00:00", False),
        # No letter was written to anybody.
        2: ("None", True),
        3: ("None", False),
    }
    assert {row.code_digest for row in found.values()} == {"a digest"}
    session.remove()

    downgrade(revision="0011")

    with db.engine.connect() as connection:
        due = connection.exec_driver_sql(
            "SELECT entry_id, due_at FROM entry_confirmation ORDER BY entry_id"
        ).all()
    assert [(number, str(due_at)[:16] if due_at else None) for number, due_at in due] == [
        (1, "2026-11-27 10:00"),
        (2, "2026-11-27 10:00"),
        (3, None),
    ]


def _insert(statement: str, rows: Sequence[Mapping[str, object]]) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement), rows)


def _days_of_roles() -> list[tuple[str, str, str]]:
    rows = sa.select(Person.name, PersonRole.role, PersonRole.granted_at).join(
        PersonRole, PersonRole.person_id == Person.id
    )
    with db.engine.connect() as connection:
        found = connection.execute(rows.order_by(Person.id, PersonRole.role)).all()
    return [(name, role, str(at.date())) for name, role, at in found]


def test_ids_of_people_are_not_given_twice(empty_app: Flask) -> None:
    """SQLite makes the table anew for some migrations: what keeps ids apart has to come along."""
    upgrade()
    first = make_person()
    first_id = first.id
    with unit_of_work():
        session.delete(first)
    assert make_person().id > first_id


def test_letters_that_nobody_tried_any_more_have_failed_and_keep_no_code(empty_app: Flask) -> None:
    upgrade(revision="0011")
    _insert(
        "INSERT INTO outbox_message (id, cause, created_at, recipient, language, subject, text, message_id, "
        "is_automatic, is_secret, state, attempts) VALUES (:id, :cause, '2026-11-20 10:00:00', 'ann@example.org', "
        "'nl', 'A subject', 'Some text.', :cause, false, :is_secret, :state, 1)",
        [
            {"id": 1, "cause": "test:1", "is_secret": False, "state": "waiting"},
            {"id": 2, "cause": "test:2", "is_secret": True, "state": "waiting"},
            {"id": 3, "cause": "test:3", "is_secret": True, "state": "waiting"},
            {"id": 4, "cause": "test:4", "is_secret": False, "state": "sent"},
        ],
    )
    _insert(
        "INSERT INTO work (id, kind, payload, key, created_at, run_at, attempts, failed_at) VALUES "
        "(:id, :kind, '{}', :key, '2026-11-20 10:00:00', '2026-11-20 10:00:00', 12, :failed_at)",
        [
            {"id": 1, "kind": "mailroom.send", "key": "send:1", "failed_at": "2026-11-20 11:00:00"},
            {"id": 2, "kind": "mailroom.send", "key": "send:2", "failed_at": "2026-11-20 11:00:00"},
            {"id": 3, "kind": "mailroom.send", "key": "send:3", "failed_at": None},
            {"id": 4, "kind": "mailroom.read", "key": None, "failed_at": "2026-11-20 11:00:00"},
        ],
    )

    upgrade()

    with db.engine.connect() as connection:
        letters = connection.exec_driver_sql("SELECT id, state, text FROM outbox_message ORDER BY id").all()
        work = connection.exec_driver_sql("SELECT id FROM work ORDER BY id").all()
    assert [tuple(row) for row in letters] == [
        (1, "failed", "Some text."),
        (2, "failed", ""),
        (3, "waiting", "Some text."),
        (4, "sent", "Some text."),
    ]
    assert [row.id for row in work] == [3, 4]


def test_what_is_over_and_what_is_forgotten_loses_what_led_back_to_senders_and_answers(
    empty_app: Flask,
) -> None:
    upgrade(revision="0020")
    at = "2026-11-20 10:00:00"
    _insert(
        "INSERT INTO challenge (id, slug, title, question_html, prize, judging, language, status, entry_total, "
        "is_demo, created_at, judges, claim_days, rules, rubric, rule_role, terms_version, ledger_size, ended_why, "
        "sender_key) VALUES (:id, :slug, 'A question', '<p>?</p>', 'A book', 'editor', 'nl', :slug, 1, false, :at, "
        "1, 10, '{}', '[]', 'proposes', 0, 0, '', :key)",
        [
            {"id": number, "slug": slug, "at": at, "key": b"secret"}
            for number, slug in enumerate(("open", "provisional", "final", "no_winner", "cancelled"), 1)
        ],
    )
    _insert(
        "INSERT INTO delivery (id, received_at, door, route, recipient, peer, helo, tls, sha256, size, raw, "
        "forgotten_at) VALUES (:id, :at, 'smtp', 'answers', 'open@answers.example.org', '', '', false, 'x', 1, "
        ":raw, :forgotten)",
        [
            {"id": 1, "at": at, "raw": b"x", "forgotten": None},
            {"id": 2, "at": at, "raw": b"", "forgotten": at},
        ],
    )
    _insert(
        "INSERT INTO entry (id, challenge_id, number, delivery_id, received_at, token_digest, sender, answer_key) "
        "VALUES (:id, 1, :id, :id, :at, :digest, 'name', 'key')",
        [{"id": number, "at": at, "digest": str(number)} for number in (1, 2)],
    )

    upgrade()

    with db.engine.connect() as connection:
        read = connection.exec_driver_sql
        keys = read("SELECT status FROM challenge WHERE sender_key IS NOT NULL ORDER BY id").all()
        assert [status for (status,) in keys] == ["open", "provisional"]
        entries = read("SELECT sender, answer_key, result_unwanted_at FROM entry ORDER BY id").all()
        assert [tuple(row) for row in entries] == [("name", "key", None), ("name", None, None)]


def test_what_was_judged_and_won_before_there_were_ledgers_stays(empty_app: Flask) -> None:
    upgrade(revision="0015")
    at = "2026-11-20 10:00:00"
    _insert(
        "INSERT INTO person (id, name, email, email_key, handle, handle_key, language, created_at, is_demo) VALUES "
        "(:id, :name, :email, :email, :name, :name, 'nl', :at, false)",
        [
            {"id": number, "name": f"judge-{number}", "email": f"j{number}@example.org", "at": at}
            for number in (1, 2)
        ],
    )
    challenge = {"title": "A question", "question": "<p>?</p>", "at": at}
    _insert(
        "INSERT INTO challenge (id, slug, title, question_html, prize, judging, language, status, entry_total, "
        "is_demo, created_at) "
        "VALUES (:id, :slug, :title, :question, :prize, 'editor', 'nl', :status, :total, false, :at)",
        [
            {"id": 1, "slug": "won", "prize": "A book", "status": "announced", "total": 2, **challenge},
            {"id": 2, "slug": "open", "prize": "", "status": "open", "total": 1, **challenge},
        ],
    )
    _insert(
        "INSERT INTO delivery (id, received_at, door, route, recipient, envelope_sender, peer, helo, tls, sha256, "
        "size, raw) VALUES "
        "(:id, :at, 'smtp', 'answers', 'won@answers.example.org', 'a@example.org', '', '', false, 'x', 1, :raw)",
        [{"id": number, "at": at, "raw": b"x"} for number in (1, 2, 3)],
    )
    _insert(
        "INSERT INTO entry (id, challenge_id, number, delivery_id, received_at, token_digest, eligible) VALUES "
        "(:id, :challenge, :number, :id, :at, :digest, true)",
        [
            {"id": 1, "challenge": 1, "number": 1, "at": at, "digest": "1"},
            {"id": 2, "challenge": 1, "number": 2, "at": at, "digest": "2"},
            {"id": 3, "challenge": 2, "number": 1, "at": at, "digest": "3"},
        ],
    )
    _insert(
        "INSERT INTO verdict (id, entry_id, judgement, reason, judge_id, judged_at) VALUES "
        "(:id, :entry, :judgement, '', :judge, :at)",
        [
            {"id": 1, "entry": 1, "judgement": "correct", "judge": 2, "at": at},
            {"id": 2, "entry": 1, "judgement": "incorrect", "judge": 1, "at": at},
            {"id": 3, "entry": 2, "judgement": "correct", "judge": 2, "at": at},
        ],
    )
    _insert(
        "INSERT INTO award (id, challenge_id, entry_id, announced_by_id, announced_at, initials, code_digest, "
        "code_failures) VALUES (1, 1, 2, 1, :at, 'A.B.', 'digest', 0)",
        [{"at": at}],
    )

    upgrade()

    with db.engine.connect() as connection:
        read = connection.exec_driver_sql
        assert [tuple(row) for row in read("SELECT slug, status FROM challenge ORDER BY id")] == [
            ("won", "final"),
            ("open", "open"),
        ]
        assert [tuple(row) for row in read("SELECT ruling FROM entry ORDER BY id")] == [
            ("incorrect",),
            ("correct",),
            (None,),
        ]
        # The same judge has the same name, in the order in which they began.
        assert [tuple(row) for row in read("SELECT judge_id, judge_label FROM verdict ORDER BY id")] == [
            (2, "j1"),
            (1, "j2"),
            (2, "j1"),
        ]
        assert [tuple(row) for row in read("SELECT challenge_id, rank, title FROM prize")] == [
            (1, 1, "A book")
        ]
        award = read("SELECT rank, step, entry_id, initials FROM award").one()
        assert tuple(award) == (1, "notified", 2, "A.B.")
        assert tuple(read("SELECT award_id, step, by_id FROM award_step").one()) == (1, "notified", 1)


def test_what_a_rule_is_good_for_is_said_once(empty_app: Flask) -> None:
    before = ScriptDirectory(str(ROOT / "migrations")).get_revision("0023").down_revision
    assert isinstance(before, str)
    upgrade(revision=before)
    kept = {"title": "A question", "question": "<p>?</p>", "at": "2026-11-20 10:00:00"}
    _insert(
        "INSERT INTO challenge (id, slug, title, question_html, prize, judging, language, status, entry_total, "
        "is_demo, created_at, answer_rule, rule_role) VALUES "
        "(:id, :slug, :title, :question, '', 'editor', 'nl', 'open', 0, false, :at, :rule, :role)",
        [
            {"id": 1, "slug": "decides", "rule": '{"rule": {"mode": "decides"}}', "role": "decides", **kept},
            {
                "id": 2,
                "slug": "proposes",
                "rule": '{"rule": {"mode": "proposes"}}',
                "role": "proposes",
                **kept,
            },
            {"id": 3, "slug": "none", "rule": None, "role": "proposes", **kept},
        ],
    )

    upgrade(revision="0023")

    assert "rule_role" not in {column["name"] for column in sa.inspect(db.engine).get_columns("challenge")}
    # No id is given twice, also where the table was made anew.
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'challenge'")
            assert "AUTOINCREMENT" in made.scalar_one()
    downgrade(revision=before)
    with db.engine.connect() as connection:
        roles = connection.exec_driver_sql("SELECT slug, rule_role FROM challenge ORDER BY id")
        assert [tuple(row) for row in roles] == [
            ("decides", "decides"),
            ("proposes", "proposes"),
            ("none", "proposes"),
        ]


def test_winners_keep_their_time_their_letter_and_what_the_result_shows(empty_app: Flask) -> None:
    upgrade(revision="0015")
    at, until = "2026-11-20 10:00:00", "2026-11-30 10:00:00"
    numbers = [{"id": number, "at": at, "text": str(number), "raw": b"x"} for number in (1, 2, 3)]
    _insert(
        "INSERT INTO challenge (id, slug, title, question_html, prize, judging, language, status, entry_total, "
        "is_demo, created_at) VALUES (:id, :text, 'Q', '<p>?</p>', 'A book', 'editor', 'nl', 'closed', 1, false, :at)",
        numbers,
    )
    _insert(
        "INSERT INTO delivery (id, received_at, door, route, recipient, envelope_sender, peer, helo, tls, sha256, "
        "size, raw) VALUES (:id, :at, 'smtp', 'answers', 'a@example.org', '', '', '', false, 'x', 1, :raw)",
        numbers,
    )
    _insert(
        "INSERT INTO entry (id, challenge_id, number, delivery_id, received_at, token_digest, eligible) VALUES "
        "(:id, :id, 1, :id, :at, :text, true)",
        numbers,
    )
    _insert(
        "INSERT INTO award (id, challenge_id, entry_id, announced_at, initials, code_digest, code_failures) VALUES "
        "(:id, :id, :id, :at, 'A.B.', 'digest', 0)",
        numbers,
    )
    _insert(
        "INSERT INTO outbox_message (id, cause, created_at, recipient, language, subject, text, message_id, "
        "is_automatic, is_secret, state, attempts) VALUES (:id, :cause, :at, 'ann@example.org', 'nl', 'S', 'T', "
        ":cause, false, false, 'sent', 1)",
        [
            {"id": number, "cause": cause, "at": at}
            for number, cause in enumerate(("winner:1", "winner:12", "winner:2", "winner:2:1"), start=1)
        ],
    )
    upgrade(revision="0020")
    _insert("UPDATE award SET claim_until = :until WHERE id IN (1, 2)", [{"until": until}])
    _insert("UPDATE challenge SET status = 'provisional' WHERE id = 1", [{}])
    _insert("UPDATE award SET agreed_at = :at WHERE id = 2", [{"at": at}])
    _insert("UPDATE award SET display_name = 'Ann' WHERE id = 3", [{}])

    upgrade()

    awards = "SELECT letter_id, claim_days, shows_initials FROM award ORDER BY id"
    with db.engine.connect() as connection:
        # SQLite has no other truth than 1 and 0, to which these are equal.
        assert [tuple(row) for row in connection.exec_driver_sql(awards)] == [
            (1, 10, False),
            (4, 10, True),
            (None, None, False),
        ]
    downgrade(revision="0020")
    with db.engine.connect() as connection:
        times = connection.exec_driver_sql("SELECT claim_until FROM award ORDER BY id").scalars().all()
    assert [str(time)[:19] if time else None for time in times] == [until, until, None]
