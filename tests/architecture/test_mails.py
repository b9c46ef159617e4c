"""Every mail, in both languages and with everything that can be in it or not: it reads as somebody wrote it."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template
from flask_babel import gettext

from blog.accounts.values import Role
from blog.accounts.words import ROLE_NAMES, ROLES_IN_WORDS, SIGN_IN_CHANGES
from blog.core.i18n import speaking_to
from tests.architecture.sources import ROOT

AT = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
LINK = "http://localhost/account/"
CHALLENGE = SimpleNamespace(title="Een vraag", status="open", prize="een boek")
CALLED_OFF = SimpleNamespace(title="Een vraag", status="cancelled", prize="een boek", ended_why="0123abcd")
# What stands in no catalogue: the end of every mail, what is told to a person, and what they are led to.
SAME_IN_ALL = {"-- ", "Rejoinder", LINK, "0123abcd", "- 0123abcd", "    123 456"}
RECEIPT = {
    "challenge": CHALLENGE,
    "number": 3,
    "received_at": AT,
    "closed_at": AT,
    "tries": "",
    "winners": 1,
    "sha256": "0123abcd",
    "days": 7,
    "row": SimpleNamespace(position=4, hash=bytes.fromhex("0123abcd")),
    "checkpoint": SimpleNamespace(note="0123abcd", size=5),
}
WINNER = {
    "challenge": CHALLENGE,
    "prize": "een boek",
    "number": 3,
    "received_at": AT,
    "code": "123 456",
}
RESULT = {"challenge": CHALLENGE, "number": 3, "page": LINK, "ledger": LINK, "lines": [LINK], "words": LINK}
NEWS = {"challenge": CHALLENGE, "number": 3, "reason": "0123abcd", "page": LINK}
ROLE_GIVEN = {
    "second_factor": LINK,
    "account": LINK,
    "due": None,
    "is_resting": False,
    "may_set_up": True,
    "giver": "",
}
MAILS: list[tuple[str, dict[str, Any]]] = [
    *(("accounts/email/code.txt", {"code": "123 456", "does": "", "link": link}) for link in ("", LINK)),
    *(
        (
            "accounts/email/erasure.txt",
            {"is_by_them": own, "at": AT, "comments": fate, "link": LINK, "account": LINK},
        )
        for own in (True, False)
        for fate in ("go", "keep")
    ),
    ("accounts/email/erasure_impossible.txt", {"account": LINK}),
    (
        "accounts/email/invitation.txt",
        {"inviter": "Eva", "roles": "x", "link": LINK, "email": "a@b", "until": "x"},
    ),
    ("accounts/email/second_step_guessed.txt", {"at": AT, "account": LINK}),
    *(
        ("accounts/email/sign_in_changed.txt", {"what": what, "at": AT, "account": LINK, "contact": contact})
        for contact in ("", "eva@example.org")
        for what in SIGN_IN_CHANGES.values()
    ),
    *(
        ("accounts/email/address_changed.txt", {"at": AT, "contact": contact})
        for contact in ("", "eva@example.org")
    ),
    *(
        (
            "accounts/email/role_given.txt",
            ROLE_GIVEN | {"role": ROLE_NAMES[role], "may": ROLES_IN_WORDS[role]} | more,
        )
        for role in [role.value for role in Role if role != Role.READER]
        for more in (
            {"giver": "Eva"},
            {"due": AT},
            {"due": AT, "is_resting": True},
            {"due": AT, "is_resting": True, "may_set_up": False},
        )
    ),
    *(
        ("accounts/email/role_taken.txt", {"role": ROLE_NAMES["editor"], "account": LINK, "taker": taker})
        for taker in ("Eva", "")
    ),
    *(
        (
            "challenges/email/receipt.txt",
            RECEIPT | {"why_not": why_not, "link": link, "code": None, "is_typed": is_typed},
        )
        for why_not in (None, "late", "staff", "empty")
        for link in (LINK, "")
        for is_typed in (False, True)
    ),
    *(
        (
            "challenges/email/receipt.txt",
            RECEIPT | {"why_not": None, "link": LINK, "code": None, "is_typed": is_typed, "winners": 2},
        )
        for is_typed in (False, True)
    ),
    *(
        (
            "challenges/email/receipt.txt",
            RECEIPT | {"why_not": None, "link": LINK, "code": None, "is_typed": False, **more},
        )
        for more in ({"tries": LINK}, {"challenge": CALLED_OFF})
    ),
    *(
        (name, RECEIPT | {"why_not": None, "link": link, "code": "123 456", "is_typed": is_typed})
        for name in ("challenges/email/receipt.txt", "challenges/email/confirm.txt")
        for link in (LINK, "")
        for is_typed in (False, True)
    ),
    *(
        (
            "challenges/email/not_confirmed.txt",
            RECEIPT | {"code": "123 456", "link": link, "is_late": is_late},
        )
        for link in (LINK, "")
        for is_late in (False, True)
    ),
    ("challenges/email/_confirm.txt", {"code": "123 456"}),
    *(
        (
            "challenges/email/winner.txt",
            WINNER
            | {
                "link": link,
                "is_first": asks,
                "asks_address": asks,
                "is_new": is_new,
                "is_again": is_again,
                "can_decline": is_new,
                "is_sent": not is_new and not asks,
                "days": days,
            },
        )
        for link in (LINK, "")
        for asks in (False, True)
        for is_new, is_again, days in (
            (True, False, 10),
            (True, True, 1),
            (True, False, None),
            (False, True, 10),
        )
    ),
    *(
        (
            "challenges/email/prize.txt",
            WINNER
            | {
                "step": step,
                "claim_until": tracking,
                "tracking": tracking,
                "asks_address": bool(tracking),
                "has_others": bool(tracking),
                "reason": LINK,
                "link": link,
            },
        )
        for step in ("sent", "returned", "expired", "declined", "disqualified")
        for link in (LINK, "")
        for tracking in (LINK, "")
    ),
    *(
        (f"challenges/email/{name}.txt", NEWS | {"link": link})
        for name in ("name", "kept_out", "reinstated")
        for link in (LINK, "")
    ),
    *(
        ("challenges/email/result.txt", RESULT | {"may_name": may_name, "link": link})
        for may_name in (False, True)
        for link in (LINK, "")
    ),
    *(
        (
            "challenges/email/news.txt",
            NEWS | {"news": news, "changes": changes, "rejudge": rejudge, "can_win": can_win, "link": link},
        )
        for can_win in (True, False)
        for news, changes, rejudge in (
            ("amended", ("0123abcd",), False),
            ("amended", ("0123abcd",), True),
            ("cancelled", (), False),
        )
        for link in (LINK, "")
    ),
    *(
        ("challenges/email/revoked.txt", NEWS | {"is_over": is_over, "link": link})
        for is_over in (False, True)
        for link in (LINK, "")
    ),
]


def test_every_mail_is_looked_at_here() -> None:
    templates = {str(each.relative_to(ROOT / "templates")) for each in (ROOT / "templates").glob("*/email/*")}
    assert {name for name, _context in MAILS} == templates


@pytest.mark.parametrize(("name", "context"), MAILS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_mail_reads_as_somebody_wrote_it(
    sqlite_app: Flask, language: str, name: str, context: dict[str, Any]
) -> None:
    text = written(sqlite_app, name, context, language)
    assert not re.search(r"[a-z0-9][.!?][”)]?[A-Z]", text), (
        "a sentence begins where another one has just ended"
    )
    assert "\n\n\n" not in text
    assert not text.startswith("\n")
    assert re.search(r"[^\n]\n-- $", text, re.MULTILINE) is None, "the name of the site stands apart"
    assert [line for line in text.splitlines() if line != line.strip() and line not in SAME_IN_ALL] == []
    # RFC 5322, section 2.1.1.
    assert max(len(line.encode()) for line in text.splitlines()) <= 998


@pytest.mark.parametrize(("name", "context"), MAILS)
def test_no_mail_speaks_two_languages(sqlite_app: Flask, name: str, context: dict[str, Any]) -> None:
    dutch, english = (
        set(written(sqlite_app, name, context, language).splitlines()) for language in ("nl", "en")
    )
    assert dutch & english - {""} <= SAME_IN_ALL


def written(app: Flask, name: str, context: dict[str, Any], language: str) -> str:
    with app.app_context(), speaking_to(language, "Europe/Amsterdam"):
        does = {"does": gettext("With it you sign in to %(site)s.", site="Rejoinder")}
        return render_template(name, site_name="Rejoinder", **(context | (does if "does" in context else {})))
