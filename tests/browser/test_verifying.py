"""Checking a ledger in the browser: by itself, honest ones and others, and what is said of them."""

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from blog.accounts.actions.people import create_person
from blog.accounts.queries import person_by_email
from blog.challenges import witnessing
from blog.challenges.actions.awards import announce_winner, end, take_step
from blog.challenges.actions.disqualifying import disqualify
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.exporting import export_bytes
from blog.challenges.ledger.canonical import canonical
from blog.challenges.models.challenges import Challenge
from blog.challenges.queries.challenges import challenge_by_slug
from blog.challenges.values import AwardStep, Ending, Ineligible, Judgement, WhyDisqualified
from blog.core.assets import static_url
from blog.core.db import session, unit_of_work
from tests.browser.conftest import PHONE, Exhibition, OpenPage, Site, is_wider_than_its_screen, violations_on
from tests.factories.challenges import make_challenge, make_entry
from tests.support.example_site import STORY_CHALLENGE

SLUG = "checked-challenge"
JUDGE = "judge-of-ledgers@example.org"
# Which of many files are found to be right, by the place of the byte that was changed.
_CHECK_MANY = """async ([script, file, places]) => {
  const { verify } = await import(script);
  const bytes = new TextEncoder().encode(file);
  const taken = [];
  for (const place of places) {
    const changed = bytes.slice();
    changed[place] ^= 1 << (place % 7);
    await verify(changed.buffer, () => {}).then(() => taken.push(place), (fault) => {
      if (fault.constructor.name !== "Fault") taken.push([place, String(fault)]);
    });
  }
  return taken;
}"""
_FLIPS = 250
# At which lengths our own hash is another than the browser's.
_COMPARE_HASHES = """async (script) => {
  const { sha256 } = await import(script);
  const wrong = [];
  for (let length = 0; length < 200; length += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const cut = length >> 1;
    const ours = sha256(bytes.subarray(0, cut), bytes.subarray(cut));
    if (hash.some((byte, place) => byte !== ours[place])) wrong.push(length);
  }
  return wrong;
}"""

Change = Callable[[Any], None]


@pytest.fixture(scope="session")
def exported(site: Site) -> bytes:
    """The ledger of a challenge that has ended, with all that can happen in one."""
    with site.app.app_context():
        with unit_of_work():
            create_person(JUDGE, "Joke Recht", ["editor"])
        judge = person_by_email(JUDGE)
        assert judge is not None
        actor = judge.actor
        challenge = make_challenge(slug=SLUG, title="What is checked?")
        wrong, _empty, right, _later = (
            make_entry(challenge),
            make_entry(challenge, why_not=Ineligible.EMPTY),
            make_entry(challenge),
            make_entry(challenge),
        )
        for entry, judgement in ((wrong, Judgement.INCORRECT), (right, Judgement.CORRECT)):
            with unit_of_work():
                judge_entry(actor, entry, judgement, "")
        witnessing.make_checkpoints({})
        with unit_of_work():
            award = announce_winner(actor, session.get_one(Challenge, challenge.id))
            take_step(award, AwardStep.CLAIMED)
            end(session.get_one(Challenge, challenge.id), Ending.FINAL)
        witnessing.make_checkpoints({})
        return export_of(SLUG)


def export_of(slug: str) -> bytes:
    challenge = challenge_by_slug(slug)
    assert challenge is not None
    exported = export_bytes(challenge)
    assert exported is not None
    return exported


def checked(page: Page, exported: bytes, change: Change, tmp_path: Path) -> str:
    """What the page says of a ledger that was changed, and is written as it should be."""
    document = json.loads(exported)
    change(document)
    file = tmp_path / "ledger.json"
    file.write_bytes(canonical(document) + b"\n")
    page.get_by_label("Or one that you have kept").set_input_files(file)
    expect(page.get_by_role("heading", name="Something is wrong")).to_be_visible()
    return page.locator("[data-result] p").inner_text()


def test_the_ledger_of_the_page_is_right(open_page: OpenPage, exported: bytes) -> None:
    page = open_page(f"/challenges/{SLUG}/verify")
    page.get_by_role("button", name="Check this ledger").click()
    expect(page.get_by_role("heading", name="All of it fits together")).to_be_visible()
    document = json.loads(exported)
    key = document["rows"][0]["leaf"]["key"]
    fingerprint = hashlib.sha256(b64decode(key.split("+", 2)[2])[1:]).hexdigest()
    facts = facts_on(page)
    assert re.fullmatch(r"\d+ \w+ \d{4} at \d\d:\d\d:\d\d UTC", facts.pop("Last checkpoint"))
    assert re.fullmatch(r"\d+ seconds?, for row \d+", facts.pop("Longest wait for a checkpoint"))
    assert re.fullmatch(r"with a winner, by row \d+, \d+ \w+ \d{4} at \d\d:\d\d:\d\d UTC", facts.pop("End"))
    assert facts == {
        "Ledger": f"{document['rows'][0]['leaf']['origin']}",
        "Signing keys": f"{key.partition('+')[0]}, SHA-256 {fingerprint}, from row 0 on",
        "Rows": f"{len(document['rows'])}",
        "Entries": "4",
        "Checkpoints": f"{len(document['checkpoints'])}",
        "Signatures": "good, all of them",
        "Stamps of others": "none",
        "What was sealed": "opened, and as it was fixed",
        "Who wins": "Prize 1: entry 3, as the rules say.",
        "By whose verdicts": "Entry 3 was found correct by j1.",
    }
    assert violations_on(page) == []
    assert not is_wider_than_its_screen(page)


def test_a_ledger_that_an_authority_has_stamped_is_right_and_names_it(exhibition: Exhibition) -> None:
    page = exhibition.tab()
    page.goto(f"/challenges/{STORY_CHALLENGE}/verify?lang=en")
    page.get_by_role("button", name="Check this ledger").click()
    assert "zeitstempel.example.org" in facts_on(page)["Stamps of others"]


def test_what_rests_on_the_word_of_the_editors_is_told(
    open_page: OpenPage, site: Site, exported: bytes
) -> None:
    with site.app.app_context():
        judge = person_by_email(JUDGE)
        assert judge is not None
        actor = judge.actor
        challenge = make_challenge(slug="checked-words", title="Whose word is it?")
        turned, barred, right = (make_entry(challenge) for _turn in range(3))
        for entry, judgement in (
            (turned, Judgement.CORRECT),
            (turned, Judgement.INCORRECT),
            (barred, Judgement.CORRECT),
            (right, Judgement.CORRECT),
        ):
            with unit_of_work():
                judge_entry(actor, entry, judgement, "I have read it.")
        with unit_of_work():
            disqualify(actor, barred, WhyDisqualified.COPIED, "It is of somebody else.")
        with unit_of_work():
            award = announce_winner(actor, session.get_one(Challenge, challenge.id))
            take_step(award, AwardStep.CLAIMED)
            end(session.get_one(Challenge, challenge.id), Ending.FINAL)
        witnessing.make_checkpoints({})
    page = open_page("/challenges/checked-words/verify")
    page.get_by_role("button", name="Check this ledger").click()
    facts = facts_on(page)
    assert facts["Who wins"] == "Prize 1: entry 3, as the rules say."
    assert facts["Entries judged one way, and then the other"] == "1"
    assert facts["Entries of which it was changed, after they were judged, whether they can win"] == "2"
    assert facts["Entries that were disqualified"] == "2"
    assert violations_on(page) == []


def facts_on(page: Page) -> dict[str, str]:
    """What it says of a ledger that is right, by what it is about."""
    expect(page.get_by_role("heading", name="All of it fits together")).to_be_visible()
    names = page.locator(".verify__facts dt").all_inner_texts()
    facts = page.locator(".verify__facts > div").all_inner_texts()
    return {name: " ".join(fact.removeprefix(name).split()) for name, fact in zip(names, facts, strict=True)}


def test_on_a_phone_all_of_it_fits(open_page: OpenPage, exported: bytes) -> None:
    page = open_page(f"/challenges/{SLUG}/verify", PHONE)
    page.get_by_role("button", name="Check this ledger").click()
    assert "Signing keys" in facts_on(page)
    assert not is_wider_than_its_screen(page)


def test_a_checkpoint_that_was_kept_is_held_against_it_with_the_keyboard(
    open_page: OpenPage, exported: bytes
) -> None:
    note = json.loads(exported)["checkpoints"][0]["note"]
    page = open_page(f"/challenges/{SLUG}/verify")
    page.get_by_text("I have kept a checkpoint").focus()
    page.keyboard.press("Enter")
    page.get_by_label("The checkpoint that you have kept").focus()
    page.keyboard.insert_text(note)
    assert violations_on(page) == []
    page.get_by_role("button", name="Check this ledger").focus()
    page.keyboard.press("Enter")
    size = note.splitlines()[1]
    # The focus stays where it was: the next key goes on from there.
    expect(page.get_by_role("button", name="Check this ledger")).to_be_focused()
    assert facts_on(page)["Your checkpoint"] == f"fits: it was signed for the first {size} of these rows"
    page.get_by_label("The checkpoint that you have kept").fill(note.replace("\nat 2", "\nat 3"))
    page.get_by_role("button", name="Check this ledger").click()
    expect(page.get_by_text("Your checkpoint is not signed with a key of this ledger.")).to_be_visible()


def test_of_a_checkpoint_that_is_newer_than_the_file_nothing_is_said_to_be_wrong(
    open_page: OpenPage, exported: bytes, tmp_path: Path
) -> None:
    document = json.loads(exported)
    first, *_others, newest = [each["note"] for each in document["checkpoints"]]
    document["checkpoints"] = document["checkpoints"][:1]
    rows = document["rows"][: int(first.splitlines()[1])]
    # When it was handed out nothing was opened yet.
    document["rows"] = [{**row, "open": None} for row in rows]
    file = tmp_path / "older.json"
    file.write_bytes(canonical(document) + b"\n")
    page = open_page(f"/challenges/{SLUG}/verify")
    page.get_by_text("I have kept a checkpoint").click()
    page.get_by_label("The checkpoint that you have kept").fill(newest)
    page.get_by_label("Or one that you have kept").set_input_files(file)
    expect(page.get_by_role("heading", name="This cannot be told from here")).to_be_visible()
    expect(page.get_by_text("and here are fewer: fetch a newer copy.")).to_be_visible()
    expect(page.get_by_role("heading", name="Something is wrong")).to_have_count(0)


def test_the_ledger_of_another_challenge_is_not_taken_for_that_of_the_page(
    open_page: OpenPage, site: Site, exported: bytes, tmp_path: Path
) -> None:
    with site.app.app_context():
        make_entry(make_challenge(slug="checked-elsewhere", title="What is checked elsewhere?"))
        witnessing.make_checkpoints({})
    origin = json.loads(exported)["rows"][0]["leaf"]["origin"]
    own = origin.replace(SLUG, "checked-elsewhere")
    page = open_page("/challenges/checked-elsewhere/verify")
    assert checked(page, exported, lambda _document: None, tmp_path) == (
        f"This is the ledger of {origin}, and this page checks that of {own}."
    )


def test_one_that_goes_on_keeps_its_seals(open_page: OpenPage, site: Site, people: None) -> None:
    with site.app.app_context():
        challenge = make_challenge(slug="checked-and-open", title="What is checked while it is open?")
        make_entry(challenge)
        witnessing.make_checkpoints({})
    page = open_page("/challenges/checked-and-open/verify")
    page.get_by_role("button", name="Check this ledger").click()
    expect(page.get_by_text("still sealed, until the challenge has ended")).to_be_visible()
    expect(page.get_by_text("can be checked once the challenge has ended")).to_be_visible()


def change_leaf(document: Any) -> None:
    document["rows"][3]["leaf"]["door"] = "form"


def leave_row_out(document: Any) -> None:
    del document["rows"][4]


def leave_last_rows_out(document: Any) -> None:
    del document["rows"][-1]


def swap_rows(document: Any) -> None:
    rows = document["rows"]
    rows[2], rows[5] = rows[5], rows[2]


def open_something_else(document: Any) -> None:
    row = next(row for row in document["rows"] if row["leaf"]["kind"] == "verdict")
    row["open"]["content"]["judgement"] = "correct"


def open_nothing(document: Any) -> None:
    document["rows"][0]["open"] = None


def take_over_signature(document: Any) -> None:
    first, second = document["checkpoints"]
    text = second["note"].partition("\n\n")[0]
    second["note"] = f"{text}\n\n{first['note'].partition(chr(10) * 2)[2]}"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (change_leaf, "Row 3 does not have the hash that stands beside it: something in it was changed."),
        (leave_row_out, "Row 4 is not the one that belongs there: one was left out, put in or moved."),
        (
            leave_last_rows_out,
            "Row 14 is missing, and all behind it: a checkpoint covers more rows than there are.",
        ),
        (swap_rows, "Row 2 is not the one that belongs there: one was left out, put in or moved."),
        (open_something_else, "Row 9 opens something else than what was sealed in it."),
        (open_nothing, "Row 0 does not open what was sealed in it, and the challenge has ended."),
        (take_over_signature, "The checkpoint over 15 rows is not signed with the key of this ledger."),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_was_changed_is_named(
    open_page: OpenPage, exported: bytes, tmp_path: Path, change: Change, words: str
) -> None:
    page = open_page(f"/challenges/{SLUG}/verify")
    assert checked(page, exported, change, tmp_path) == words


def test_a_file_that_was_cut_off_names_its_last_row(
    open_page: OpenPage, exported: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "ledger.json"
    file.write_bytes(exported[: exported.index(b'"i":5') + 3])
    page = open_page(f"/challenges/{SLUG}/verify")
    page.get_by_label("Or one that you have kept").set_input_files(file)
    expect(page.get_by_text("Row 5 cannot be read: it was changed or cut off.")).to_be_visible()


def test_no_byte_can_be_changed(open_page: OpenPage, site: Site, exported: bytes) -> None:
    page = open_page(f"/challenges/{SLUG}/verify")
    with site.app.test_request_context():
        script = static_url("js/ledger.js")
    step = max(len(exported) // _FLIPS, 1)
    places = list(range(0, len(exported), step))
    assert page.evaluate(_CHECK_MANY, [script, exported.decode(), places]) == []


def test_its_own_hash_is_that_of_the_browser(open_page: OpenPage, site: Site, people: None) -> None:
    with site.app.test_request_context():
        script = static_url("js/sha256.js")
    assert open_page("/challenges/").evaluate(_COMPARE_HASHES, script) == []


def test_without_scripts_it_says_what_to_do_instead(open_page: OpenPage, exported: bytes) -> None:
    page = open_page(f"/challenges/{SLUG}/verify", scripts=False)
    expect(page.get_by_text("For this your browser needs JavaScript.")).to_be_visible()
    expect(page.get_by_role("button", name="Check this ledger")).to_be_hidden()
    expect(page.get_by_text("python3 verify_challenge.py checked-challenge.json")).to_be_visible()
