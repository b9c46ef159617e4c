"""A rule that judges, or tells the judge: how it is written, tried, kept, and what it says of answers that come in."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.challenges.actions.answer_rule import foresee, judge_by_rule, set_answer_rule
from blog.challenges.automatic import stored_rule
from blog.challenges.models.challenges import Amendment, Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.rules.kinds import AnyOf, Exact, Keywords, Kind, Mode, Number, OnDate, Pattern, Rule
from blog.challenges.rules.normaliser import Options
from blog.challenges.rules.samples import Sample
from blog.challenges.rules.tokens import Language
from blog.challenges.terms import terms_of
from blog.challenges.values import ChallengeStatus, Judgement
from blog.challenges.views import answer_rule
from blog.core.db import session, unit_of_work
from blog.core.errors import Forbidden, InvalidInput
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry
from tests.support.entrants import mail
from tests.support.jobs import run_due_jobs

SLUG = "a-question"
ADDRESS = f"/desk/challenges/{SLUG}/rule"
SAMPLES = (Sample("forty-two", accepted=True), Sample("forty-one", accepted=False))
TYPED = {
    "kind": "exact",
    "answer": "42",
    "mode": "decides",
    "accepted": "forty-two\nThe answer is 42.",
    "rejected": "41",
}


@pytest.fixture
def editor(app: Flask, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_person(role="editor", language="en"))


def rule(answer: str = "42", mode: Mode = Mode.DECIDES) -> Rule:
    return Rule(Exact(answer), Options(Language.ENGLISH), mode)


def keep(
    challenge: Challenge, kept: Rule | None, reason: str = "", samples: tuple[Sample, ...] = SAMPLES
) -> None:
    """An editor gives a challenge a rule."""
    editor = make_person(role="editor")
    with unit_of_work():
        set_answer_rule(editor.actor, challenge, kept, samples, reason)


def rulings() -> list[tuple[int, str | None]]:
    session.rollback()
    return [(row.number, row.ruling) for row in session.scalars(sa.select(Entry).order_by(Entry.number))]


def test_a_rule_that_decides_judges_what_it_is_sure_of_and_leaves_the_rest(app: Flask) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    keep(challenge, rule())
    assert terms_of(session.get_one(Challenge, challenge.id))["rule_role"] == "decides"
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.OPEN
    for text in ("It is 41.", "42, or perhaps 43", "The answer is forty-two!"):
        mail(app, f"reader{len(text)}@example.org", text=text)

    assert rulings() == [(1, "incorrect"), (2, None), (3, "correct")]
    labels = session.execute(sa.select(Verdict.judge_label, Verdict.judge_id)).all()
    assert [tuple(row) for row in labels] == [("rule", None), ("rule", None)]


def test_a_rule_that_proposes_tells_the_judge_and_decides_nothing(app: Flask, editor: FlaskClient) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    keep(challenge, rule(mode=Mode.PROPOSES))
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.OPEN
    mail(app, "reader@example.org", text="Forty-two")

    assert rulings() == [(1, None)]
    assert "correct: The message gives the answer, and nothing speaks against it." in (
        editor.get(f"/desk/challenges/{SLUG}/entries/1").text
    )


@pytest.mark.parametrize("text", ["Rotterdam", "De hoofdstad van Nederland", "Ik weet het niet"])
def test_a_wrong_answer_in_words_waits_for_a_judge_who_reads_what_the_rule_thinks(
    app: Flask, editor: FlaskClient, text: str
) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    samples = (Sample("Amsterdam", accepted=True), Sample("Utrecht", accepted=False))
    keep(challenge, rule("Amsterdam"), samples=samples)
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.OPEN
    mail(app, "one@example.org", text=text)
    mail(app, "two@example.org", text=f"{text}!")

    assert rulings() == [(1, None), (2, None)]
    page = editor.get(f"/desk/challenges/{SLUG}/entries/1").text
    assert "incorrect, if a judge agrees: Nothing in the message comes near the answer" in page
    # One press for both, and no reason is wanted: a proposal is no verdict.
    said = {"judgement": Judgement.INCORRECT, "alike": "2", "together": "y"}
    assert editor.post(f"/desk/challenges/{SLUG}/entries/1", data=said).status_code == 303
    assert rulings() == [(1, "incorrect"), (2, "incorrect")]


def test_a_wrong_sample_is_thrown_out_without_a_judge(app: Flask) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    right, wrong = Sample("Amsterdam", accepted=True), Sample("Rotterdam", accepted=False)
    keep(challenge, rule("Amsterdam"), samples=(right, wrong))
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.OPEN
    mail(app, "one@example.org", text="Het is Rotterdam.")
    mail(app, "two@example.org", text="Utrecht")
    assert rulings() == [(1, "incorrect"), (2, None)]
    # Another sample is another rule, for what came before as well.
    keep(
        session.get_one(Challenge, challenge.id),
        rule("Amsterdam"),
        "We expect another mistake.",
        (right, Sample("Utrecht", accepted=False)),
    )
    run_due_jobs()
    assert rulings() == [(1, None), (2, "incorrect")]


def test_the_title_in_the_subject_speaks_against_nothing(app: Flask) -> None:
    challenge = make_challenge(slug=SLUG, title="Waar of niet? De 3 vragen", status=ChallengeStatus.DRAFT)
    keep(challenge, rule())
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.OPEN
    mail(app, "one@example.org", text="42", subject="Waar of niet? De 3 vragen")
    mail(app, "two@example.org", text="42", subject="Het is 43")
    assert rulings() == [(1, "correct"), (2, None)]


def put_back_a_version(challenge: Challenge) -> None:
    """Leave the rule of a challenge as a program before this one wrote it."""
    with unit_of_work():
        found = session.get_one(Challenge, challenge.id)
        assert found.answer_rule is not None
        found.answer_rule = {**found.answer_rule, "rule": {**found.answer_rule["rule"], "normaliser": 2}}


def test_a_rule_of_another_version_leaves_everything_to_people_and_says_so_until_it_is_saved_again(
    app: Flask, editor: FlaskClient
) -> None:
    words = "The rule was written for another version of the program, and says nothing: people judge."
    desk = f"/desk/challenges/{SLUG}"
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT, language="en")
    keep(challenge, rule())
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.OPEN
    put_back_a_version(challenge)
    mail(app, "one@example.org", text="42")
    mail(app, "two@example.org", text="41")

    assert rulings() == [(1, None), (2, None)]
    for page in (desk, f"{desk}/entries/1"):
        assert words in editor.get(page).text
    page = editor.get(ADDRESS).text
    assert "This rule was written for another version of the program. Save it anew." in page
    assert 'value="42"' in page
    # A person judges as ever.
    assert editor.post(f"{desk}/entries/2", data={"judgement": Judgement.INCORRECT}).status_code == 303
    assert rulings() == [(1, None), (2, "incorrect")]
    again = {**TYPED, "reason": "The rule is saved for this version."}
    assert editor.post(ADDRESS, data=again).status_code == 303
    run_due_jobs()
    assert rulings() == [(1, "correct"), (2, "incorrect")]
    for page in (desk, f"{desk}/entries/1", ADDRESS):
        assert "another version" not in editor.get(page).text


def test_the_key_of_a_rule_of_another_version_stands_with_the_ledger_all_the_same(
    app: Flask, client: FlaskClient, editor: FlaskClient
) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    keep(challenge, rule())
    put_back_a_version(challenge)
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.CANCELLED
    assert "The answer is: 42" in client.get(f"/challenges/{SLUG}/ledger?lang=en").text
    # There is nothing left to save it for.
    page = editor.get(f"/desk/challenges/{SLUG}").text
    assert "of another version of the program: people judge" in page
    assert "can save it again" not in page


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (None, "none: people judge"),
        (rule(mode=Mode.PROPOSES), "tells the judge what it finds"),
        (rule(), "gives plain verdicts, and tells the judge what it finds of the rest"),
    ],
)
def test_the_page_of_a_challenge_says_what_its_rule_does(
    editor: FlaskClient, kept: Rule | None, words: str
) -> None:
    keep(make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT), kept)
    assert words in editor.get(f"/desk/challenges/{SLUG}").text


def test_the_preview_tells_verdicts_from_proposals(editor: FlaskClient) -> None:
    challenge = make_challenge(slug=SLUG, language="en")
    for text in ("42", "43", "a lot"):
        make_entry(challenge, text=text)
    page = editor.post(ADDRESS, data={**TYPED, "try": "1"}).text
    tried = page.partition('id="tried-title"')[2]
    said = re.findall(r">(correct|incorrect|incorrect, if a judge agrees|a person has to look)<", tried)
    assert said == ["incorrect, if a judge agrees", "incorrect", "correct"]
    assert "“Incorrect, if a judge agrees” waits for a judge" in page
    page = editor.post(ADDRESS, data={**TYPED, "mode": "proposes", "try": "1"}).text
    assert "The rule gives no verdict by itself" in page
    assert "waits for a judge" not in page


def test_of_an_open_challenge_another_rule_is_an_amendment_and_judges_everything_again(app: Flask) -> None:
    challenge = make_challenge(slug=SLUG)
    entry = make_entry(challenge, text="42")
    with pytest.raises(InvalidInput) as refusal:
        keep(challenge, rule())
    assert set(refusal.value.fields) == {"reason"}

    keep(challenge, rule(), "The answer was wrong.")
    run_due_jobs()

    assert rulings() == [(entry.number, "correct")]
    amendment = session.scalars(sa.select(Amendment)).one()
    assert (amendment.reason, amendment.rejudge) == ("The answer was wrong.", True)
    # What the answer is stays a secret.
    assert "42" not in str(amendment.changes)
    other = (Sample("43", accepted=True), Sample("42", accepted=False))
    keep(challenge, rule("43"), "It was right at first.", other)
    run_due_jobs()
    assert rulings() == [(entry.number, "incorrect")]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"accepted": "43"}, "accepted"),
        ({"rejected": "forty two"}, "rejected"),
        ({"accepted": ""}, "accepted"),
        ({"rejected": ""}, "rejected"),
        ({"answer": " "}, "answer"),
        ({"kind": "pattern", "pattern": "(a"}, "pattern"),
        ({"kind": "pattern", "pattern": "(a)\\1"}, "pattern"),
        ({"kind": "pattern", "pattern": "(?=a)a"}, "pattern"),
        ({"kind": "number", "value": "x"}, "value"),
        ({"kind": "number", "value": "1,000"}, "value"),
        ({"kind": "number", "value": "42", "tolerance": "x"}, "tolerance"),
        ({"kind": "date", "date": "1 May"}, "date"),
        ({"kind": "date", "date": "1/5/2026"}, "date"),
        ({"mode": "bogus"}, "mode"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_at_its_field_and_what_was_typed_stays(
    editor: FlaskClient, typed: dict[str, str], field: str
) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    page = editor.post(ADDRESS, data={**TYPED, **typed})

    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "The answer is 42." in page.text or "accepted" in typed
    session.rollback()
    assert session.get_one(Challenge, challenge.id).answer_rule is None


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ({"kind": "number", "value": "3,5", "accepted": "3,5"}, {"value": "3.5"}, "3,5"),
        (
            {"kind": "number", "value": "3,142", "tolerance": "0,001", "accepted": "3,142"},
            {"value": "3.142", "tolerance": "0.001"},
            "3,142",
        ),
        (
            {"kind": "date", "date": "1 mei 2026", "accepted": "1 mei 2026"},
            {"date": "2026-05-01"},
            "2026-05-01",
        ),
    ],
)
def test_numbers_and_days_are_typed_as_readers_write_them(
    editor: FlaskClient, typed: dict[str, str], kept: dict[str, str], shown: str
) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT, language="nl")
    assert editor.post(ADDRESS, data={**TYPED, **typed}).status_code == 303
    session.rollback()
    stored = session.get_one(Challenge, challenge.id).answer_rule
    assert stored is not None
    assert kept.items() <= stored["rule"].items()
    # What is shown can be kept again.
    assert f'value="{shown}"' in editor.get(ADDRESS).text
    again = {**TYPED, **typed, "date" if "date" in kept else "value": shown}
    assert editor.post(ADDRESS, data=again).status_code == 303


def test_what_is_wrong_with_a_pattern_is_said_in_words(editor: FlaskClient) -> None:
    make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    for pattern, words in (
        ("(a", "A parenthesis is opened in the pattern and not closed."),
        ("a)", "A parenthesis is closed in the pattern that was not opened."),
        ("[a", "A square bracket is opened in the pattern and not closed."),
        ("*a", "has nothing before it to repeat."),
        ("a**", "Two signs that repeat stand behind each other."),
        ("[z-a]", "a range that does not exist"),
        ("\\q", "Behind a backslash stands a sign that means nothing there."),
        ("a\\", "The pattern ends with a backslash."),
        ("(?z)a", "The pattern cannot be understood."),
    ):
        page = editor.post(ADDRESS, data={**TYPED, "kind": "pattern", "pattern": pattern})
        assert page.status_code == 422
        assert words in page.text


def test_the_preview_says_when_there_was_no_time_for_all(
    editor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    challenge = make_challenge(slug=SLUG)
    for _ in range(3):
        make_entry(challenge, text="42")
    page = editor.post(ADDRESS, data={**TYPED, "try": "1"})
    assert "The newest 3 answers" in page.text
    assert "no time" not in page.text
    monkeypatch.setattr(answer_rule, "_SECONDS", -1.0)
    page = editor.post(ADDRESS, data={**TYPED, "try": "1"})
    assert "The newest answer that could be read. There was no time for the older ones." in page.text


def test_a_rule_that_changed_while_it_was_read_by_reads_again(app: Flask) -> None:
    challenge = make_challenge(slug=SLUG)
    entry = make_entry(challenge, text="42")
    keep(challenge, rule(), "The answer was wrong.")
    message = session.get_one(Entry, entry.id).delivery.message
    assert message is not None
    foreseen = foresee(session.get_one(Entry, entry.id), message)
    assert foreseen.finding is not None
    assert foreseen.finding.judgement == "correct"
    other = (Sample("43", accepted=True), Sample("42", accepted=False))
    keep(session.get_one(Challenge, challenge.id), rule("43"), "It was right at first.", other)
    with unit_of_work():
        verdict = judge_by_rule(session.get_one(Entry, entry.id), message, foreseen)
        assert verdict is not None
        assert (verdict.judgement, verdict.terms_version) == ("incorrect", 2)


def test_a_rule_that_only_proposes_is_not_even_asked(app: Flask) -> None:
    challenge = make_challenge(slug=SLUG)
    entry = make_entry(challenge, text="42")
    keep(challenge, rule(mode=Mode.PROPOSES), "The answer was wrong.")
    found = session.get_one(Entry, entry.id)
    assert found.delivery.message is not None
    foreseen = foresee(found, found.delivery.message)
    assert foreseen.finding is None
    with unit_of_work():
        assert judge_by_rule(found, found.delivery.message, foreseen) is None


def test_a_rule_that_came_while_an_answer_was_read_judges_it(app: Flask) -> None:
    challenge = make_challenge(slug=SLUG)
    entry = make_entry(challenge, text="42")
    message = session.get_one(Entry, entry.id).delivery.message
    assert message is not None
    foreseen = foresee(session.get_one(Entry, entry.id), message)
    assert foreseen.finding is None
    keep(session.get_one(Challenge, challenge.id), rule(), "It had none.")
    with unit_of_work():
        verdict = judge_by_rule(session.get_one(Entry, entry.id), message, foreseen)
        assert verdict is not None
        assert (verdict.judgement, verdict.terms_version) == ("correct", 1)


def test_an_answer_in_the_subject_is_not_judged_by_the_rule(app: Flask) -> None:
    challenge = make_challenge(slug=SLUG)
    entry = make_entry(challenge, text="Regards, Jan")
    message = session.get_one(Entry, entry.id).delivery.message
    assert message is not None
    with unit_of_work():
        message.subject = "The answer is 42"
    keep(session.get_one(Challenge, challenge.id), rule(), "It had none.")
    found = session.get_one(Entry, entry.id)
    assert found.delivery.message is not None
    finding = foresee(found, found.delivery.message).finding
    assert finding is not None
    assert (finding.judgement, finding.why) == ("needs_person", "subject")


def test_whoever_tries_it_comes_to_what_it_makes_of_the_samples(editor: FlaskClient) -> None:
    make_challenge(slug=SLUG)
    heading = '<h2 id="samples-title" tabindex="-1" autofocus>'
    assert heading in editor.post(ADDRESS, data={**TYPED, "try": "1"}).text
    refused = editor.post(ADDRESS, data={**TYPED, "accepted": "43", "try": "1"})
    assert (refused.status_code, heading in refused.text) == (422, False)


def test_without_a_rule_there_is_nothing_to_try_and_it_says_so(editor: FlaskClient) -> None:
    make_challenge(slug=SLUG)
    page = editor.post(ADDRESS, data={"mode": "decides", "try": "1"})
    assert page.status_code == 422
    assert re.search(r'id="kind-error"[^>]*>.*?Choose first what kind of rule it is\.', page.text, re.DOTALL)


def test_it_is_tried_on_samples_and_on_the_answers_so_far_without_being_kept(editor: FlaskClient) -> None:
    challenge = make_challenge(slug=SLUG)
    make_entry(challenge, text="42, says Piet van den Berg", from_name="Piet van den Berg")
    page = editor.post(ADDRESS, data={**TYPED, "try": "1"})

    assert page.status_code == 200
    assert "It says what was given as a wrong answer." in page.text
    assert "42, says" in page.text
    assert "Piet" not in page.text
    session.rollback()
    assert session.get_one(Challenge, challenge.id).answer_rule is None


def test_what_was_kept_stands_in_the_form_again_and_can_be_taken_away(editor: FlaskClient) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    assert editor.post(ADDRESS, data=TYPED).status_code == 303
    page = editor.get(ADDRESS).text
    assert 'value="42"' in page
    assert "The answer is 42." in page
    assert editor.post(ADDRESS, data={**TYPED, "kind": ""}).status_code == 303
    session.rollback()
    assert session.get_one(Challenge, challenge.id).answer_rule is None


def test_after_the_end_a_rule_is_only_to_be_read(editor: FlaskClient) -> None:
    desk = f"/desk/challenges/{SLUG}"
    challenge = make_challenge(slug=SLUG, title="A <question>", status=ChallengeStatus.DRAFT)
    assert editor.post(ADDRESS, data=TYPED).status_code == 303
    assert f'href="{ADDRESS}"' in editor.get(desk).text
    for status, words in (
        (ChallengeStatus.OPEN, "The challenge has been opened"),
        (ChallengeStatus.CLOSED, "The challenge has been opened"),
        (ChallengeStatus.CANCELLED, "This challenge is over. Its rule can no longer change."),
    ):
        session.rollback()
        with unit_of_work():
            session.get_one(Challenge, challenge.id).status = status
        assert words in editor.get(ADDRESS).text
    page = editor.get(ADDRESS).text
    assert 'value="42"' in page
    assert "has been opened" not in page
    assert 'name="reason"' not in page
    assert "Keep the rule" not in page
    assert f'href="{ADDRESS}"' not in editor.get(desk).text
    refused = editor.post(ADDRESS, data={**TYPED, "keep_accents": "y"})
    assert refused.status_code == 409
    assert "“A &lt;question&gt;” has ended and can no longer change." in refused.text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Exact("Forty-two <b>"), "The answer is: Forty-two &lt;b&gt;"),
        (AnyOf(("Bonn", "Berlin")), "The answer is one of these: Bonn, Berlin"),
        (
            Keywords((("trust", "trusting"), ("time",))),
            "All of these words stand in the answer: trust / trusting, time",
        ),
        (Number("5", "0", ""), "The answer is: 5<"),
        (Number("5", "0.5", "km"), "The answer is: 5 km, or at most 0.5 more or less"),
        (OnDate("2026-05-01"), "The answer is: 1 May 2026"),
        (Number("-3.142", "0.00", "km"), "The answer is: -3.142 km<"),
        (Pattern("a+b"), "The answer fits this pattern (RE2): a+b"),
    ],
)
def test_the_key_stands_with_the_ledger_once_the_challenge_is_over(
    app: Flask, client: FlaskClient, kind: Kind, words: str
) -> None:
    challenge = make_challenge(slug=SLUG)
    with unit_of_work():
        kept = Rule(kind, Options(Language.ENGLISH), Mode.PROPOSES)
        session.get_one(Challenge, challenge.id).answer_rule = stored_rule(kept, SAMPLES)
    ledger = f"/challenges/{SLUG}/ledger?lang=en"
    assert "The key to the answer" not in client.get(ledger).text
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.CANCELLED
    assert words in client.get(ledger).text


def test_numbers_of_a_key_are_shown_as_the_readers_of_the_challenge_write_them(
    app: Flask, client: FlaskClient
) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.CANCELLED, language="nl")
    with unit_of_work():
        kept = Rule(Number("3.142", "0.5", "km"), Options(Language.DUTCH), Mode.PROPOSES)
        session.get_one(Challenge, challenge.id).answer_rule = stored_rule(kept, SAMPLES)
    page = client.get(f"/challenges/{SLUG}/ledger?lang=en").text
    assert "The answer is: 3,142 km, or at most 0,5 more or less" in page


@pytest.mark.parametrize(("language", "example"), [("nl", "1234,5"), ("en", "1234.5")])
def test_the_page_shows_a_number_as_it_is_to_be_typed(
    editor: FlaskClient, language: str, example: str
) -> None:
    make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT, language=language)
    assert f"such as {example}." in editor.get(ADDRESS).text
    refused = editor.post(ADDRESS, data={**TYPED, "kind": "number", "value": "many"})
    assert f"Give a number such as {example}." in refused.text


def test_who_does_not_set_up_a_challenge_gives_it_no_rule(app: Flask, sign_in: SignIn) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    other = make_person(role="author")
    assert sign_in(other).get(ADDRESS).status_code == 404
    with pytest.raises(Forbidden), unit_of_work():
        set_answer_rule(other.actor, challenge, rule(), SAMPLES)


def test_a_pattern_that_would_take_for_ever_takes_no_time(app: Flask) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    editor = make_person(role="editor")
    pattern = Rule(Pattern("(a+)+b"), Options(Language.ENGLISH), Mode.DECIDES)
    samples = (Sample("aab", accepted=True), Sample("a" * 5000, accepted=False))
    with unit_of_work():
        set_answer_rule(editor.actor, challenge, pattern, samples)
    assert session.get_one(Challenge, challenge.id).answer_rule is not None


def test_a_verdict_of_a_person_counts_for_more_than_that_of_the_rule(app: Flask, editor: FlaskClient) -> None:
    challenge = make_challenge(slug=SLUG, status=ChallengeStatus.DRAFT)
    keep(challenge, rule())
    with unit_of_work():
        session.get_one(Challenge, challenge.id).status = ChallengeStatus.OPEN
    mail(app, "reader@example.org", text="It is 42.")
    assert rulings() == [(1, "correct")]
    said = {"judgement": Judgement.INCORRECT, "reason": "Not in this sense."}
    assert editor.post(f"/desk/challenges/{SLUG}/entries/1", data=said).status_code == 303
    assert rulings() == [(1, "incorrect")]
