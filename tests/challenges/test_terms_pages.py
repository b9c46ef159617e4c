"""The pages and commands about what a challenge says: the desk, the rules, the live count."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient, FlaskCliRunner
from PIL import Image
from werkzeug.test import TestResponse

from blog.articles.models import Article
from blog.challenges.actions.challenges import open_challenge, set_closing_time
from blog.challenges.actions.terms import decide_terms
from blog.challenges.jobs import forget_prize_picture
from blog.challenges.models.challenges import Amendment, Challenge, Prize
from blog.challenges.queries.challenges import open_challenges
from blog.challenges.terms import words_of
from blog.challenges.values import ChallengeStatus, RulesPart
from blog.core import clock
from blog.core.config import LANGUAGES
from blog.core.db import session, unit_of_work
from blog.core.jobs.models import Work
from blog.core.pictures import whole_picture_name
from blog.core.storage import current_storage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_entry
from tests.support.picture_files import jpeg, picture_of_kind
from tests.support.queries import counted_statements

pytestmark = pytest.mark.usefixtures("app")

DESK = "/desk/challenges/small-challenge"
PUBLIC = "/challenges/small-challenge"


BLOCK = (
    '<section class="block block-challenge" data-block="challenge" data-slug="small-challenge"'
    ' id="challenge-small-challenge"><h2>A small challenge</h2>\n<p>What is it?</p></section>'
)


@pytest.fixture
def editor(sign_in: SignIn) -> FlaskClient:
    """The browser of an editor."""
    return sign_in(make_person(role="editor", email="editor@example.org"))


@pytest.fixture
def draft() -> Challenge:
    return make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)


@pytest.fixture
def opened(draft: Challenge) -> Challenge:
    actor = make_person(role="editor").actor
    with unit_of_work():
        open_challenge(actor, draft)
    return draft


def stored(challenge: Challenge) -> Challenge:
    session.rollback()
    return session.get_one(Challenge, challenge.id)


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send of the form with the terms, as it stands."""
    form = page.split('enctype="multipart/form-data"', 1)[1].split("</form>", 1)[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, kind, value = (re.search(rf'{each}="([^"]*)"', tag) for each in ("name", "type", "value"))
        if name is None or kind is None or kind[1] in {"file", "checkbox"}:
            continue
        if kind[1] != "radio" or " checked" in tag:
            found[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = text.removeprefix("\r\n")
    return found


def test_saved_as_it_stands_nothing_changes(editor: FlaskClient, opened: Challenge) -> None:
    sent = fields_of(editor.get(f"{DESK}/terms").text)
    assert set(sent) >= {"title", "prize", "prize_2", "seen", *(f"rules_{part.value}" for part in RulesPart)}
    assert editor.post(DESK, data=sent).status_code == 303
    assert session.scalars(sa.select(Amendment)).all() == []
    assert stored(opened).ledger_size == 1


def test_a_closing_time_with_seconds_is_not_changed_by_a_page_that_shows_minutes(
    editor: FlaskClient, draft: Challenge
) -> None:
    moment = datetime(2099, 3, 2, 12, 0, 27, 5, tzinfo=UTC)
    with unit_of_work():
        draft.closes_at = moment
    assert editor.post(DESK, data=fields_of(editor.get(f"{DESK}/terms").text)).status_code == 303
    assert stored(draft).closes_at == moment


def test_several_prizes_with_a_picture_are_saved_and_shown(
    editor: FlaskClient, client: FlaskClient, draft: Challenge
) -> None:
    sent = fields_of(editor.get(f"{DESK}/terms").text)
    sent |= {"value": "24,95", "picture_text": "The cover", "prize_2": "A pen", "attempts": "", "judges": "2"}
    sent["rubric"] = "Cause: names the cause\n\nwords: in own words"
    # Something is wrong: the picture need not be chosen again.
    refused = editor.post(
        DESK, data={**sent, "claim_days": "0", "picture": (BytesIO(jpeg((400, 600))), "x.jpg")}
    )
    assert refused.status_code == 422
    assert 'id="claim_days-error"' in refused.text
    again = fields_of(refused.text)
    digest = again["kept"]
    assert (len(digest), again["value"], again["prize_2"]) == (32, "24,95", "A pen")
    assert stored(draft).prizes == []
    assert editor.post(DESK, data={**again, "claim_days": "9"}).status_code == 303
    now = stored(draft)
    assert [(prize.title, prize.value_cents, prize.picture) for prize in now.prizes] == [
        ("A good book", 2495, digest),
        ("A pen", None, None),
    ]
    assert (now.attempts, now.judges, now.claim_days) == (None, 2, 9)
    assert [item["code"] for item in now.rubric] == ["cause", "words"]
    picture = client.get(f"/media/{digest}-whole-640.webp")
    assert Image.open(BytesIO(picture.data)).size == (400, 600)
    assert editor.post(f"{DESK}/open").status_code == 303
    page = client.get(f"{PUBLIC}?lang=en").text
    for words in (
        "The first 2 correct answers win",
        "A pen",
        "(€24.95)",
        'alt="The cover"',
        f"{digest}-whole-320.webp",
    ):
        assert words in page


def test_a_picture_that_is_none_and_one_without_words_are_told_at_their_fields(
    editor: FlaskClient, draft: Challenge
) -> None:
    refused = editor.post(DESK, data={"title": "A", "picture": (BytesIO(b"no picture"), "x.jpg")})
    assert (refused.status_code, 'id="picture-error"' in refused.text) == (422, True)
    refused = editor.post(DESK, data={"title": "A", "picture": (BytesIO(picture_of_kind("PNG")), "x.png")})
    assert (refused.status_code, 'id="picture_text-error"' in refused.text) == (422, True)
    # Whoever makes a digest up shows nothing by it.
    refused = editor.post(DESK, data={"title": "A", "picture_text": "x", "kept": "0" * 32})
    assert (refused.status_code, 'id="picture-error"' in refused.text) == (422, True)
    assert stored(draft).prizes == []


def test_a_picture_that_no_prize_shows_is_thrown_away_after_a_day(
    editor: FlaskClient, draft: Challenge
) -> None:
    data = {"title": "A", "picture_text": "x", "picture": (BytesIO(picture_of_kind("PNG")), "x.png")}
    assert editor.post(DESK, data=data).status_code == 303
    digest = str(stored(draft).prizes[0].picture)
    name = whole_picture_name(digest, 320)
    forget_prize_picture({"picture": digest})
    assert current_storage().get(name) is not None
    assert editor.post(DESK, data={"title": "A", "no_picture": "y"}).status_code == 303
    session.rollback()
    assert session.scalars(sa.select(Prize.picture)).all() == [None]
    works = session.scalars(sa.select(Work).where(Work.kind == "challenges.forget_picture")).all()
    assert {work.payload["picture"] for work in works} == {digest}
    assert min(work.run_at for work in works) > clock.now() + timedelta(hours=23)
    forget_prize_picture({"picture": digest})
    assert current_storage().get(name) is None


def test_an_empty_part_of_the_rules_keeps_it_closed_and_says_which(
    editor: FlaskClient, draft: Challenge
) -> None:
    assert editor.post(DESK, data={"title": "A", "rules_age": " ", "rules_costs": ""}).status_code == 303
    page = editor.get(DESK).text
    assert "Not complete: What it costs, Age" in page
    assert f'action="{DESK}/open"' not in page
    refused = editor.post(f"{DESK}/open")
    assert refused.status_code == 422
    assert 'id="rules_age-error"' in refused.text
    assert "no part of the rules may be empty" in refused.text
    assert stored(draft).status == "draft"


def test_of_two_editors_at_once_the_second_keeps_what_was_typed(
    editor: FlaskClient, opened: Challenge
) -> None:
    stale = fields_of(editor.get(f"{DESK}/terms").text)
    first = {**stale, "title": "The first", "reason": "A typo."}
    assert editor.post(DESK, data=first).status_code == 303
    second = editor.post(DESK, data={**stale, "title": "The second", "reason": "Another typo."})
    assert second.status_code == 409
    assert "changed this challenge meanwhile" in second.text
    kept = fields_of(second.text)
    assert (kept["title"], kept["reason"]) == ("The second", "Another typo.")
    assert stored(opened).title == "The first"
    assert editor.post(DESK, data=kept).status_code == 303
    assert stored(opened).title == "The second"


def test_what_is_changed_after_opening_needs_a_reason_and_everybody_reads_it(
    editor: FlaskClient, client: FlaskClient, opened: Challenge
) -> None:
    sent = fields_of(editor.get(f"{DESK}/terms").text) | {"title": "Better <b>", "claim_days": "20"}
    refused = editor.post(DESK, data=sent)
    assert (refused.status_code, 'id="reason-error"' in refused.text) == (422, True)
    assert editor.post(DESK, data=sent | {"reason": "Ten days <i>are</i> few."}).status_code == 303
    page = client.get(f"{PUBLIC}?lang=en").text
    for words in (
        "Changed since it opened",
        "Days to claim a prize: 10, now 20.",
        "and is now “Better &lt;b&gt;”.",
        "Why: Ten days &lt;i&gt;are&lt;/i&gt; few.",
    ):
        assert words in page
    assert stored(opened).claim_days == 20


def test_to_save_a_closing_time_that_comes_twice_that_night_moves_nothing(
    editor: FlaskClient, opened: Challenge
) -> None:
    second_time = datetime(2037, 10, 25, 1, 30, tzinfo=UTC)
    actor = make_person(role="editor").actor
    with unit_of_work():
        set_closing_time(actor, opened, second_time)
    sent = fields_of(editor.get(f"{DESK}/terms").text)
    assert sent["closes_at"].startswith("2037-10-25T02:30")
    assert editor.post(DESK, data={**sent, "title": "A typo less", "reason": "A typo."}).status_code == 303
    assert stored(opened).closes_at == second_time


@pytest.mark.parametrize(
    ("typed", "told"),
    [("2037-03-29T02:30", "skips this time"), ("2037-10-25T02:30", "comes twice")],
)
def test_a_time_that_the_clock_skips_or_says_twice_is_refused(
    editor: FlaskClient, draft: Challenge, typed: str, told: str
) -> None:
    sent = fields_of(editor.get(f"{DESK}/terms").text)
    refused = editor.post(DESK, data={**sent, "closes_at": typed})
    assert (refused.status_code, told in refused.text) == (422, True)
    assert fields_of(refused.text)["closes_at"].startswith(typed)
    assert stored(draft).closes_at is None


@pytest.mark.parametrize("blank", ["\u200b", "\u2060 \u00ad", "\u3164"])
def test_a_part_of_the_rules_that_nobody_can_see_is_empty(
    editor: FlaskClient, draft: Challenge, blank: str
) -> None:
    assert editor.post(DESK, data={"title": "A", "rules_complaints": blank}).status_code == 303
    assert 'id="rules_complaints-error"' in editor.post(f"{DESK}/open").text
    assert stored(draft).status == "draft"


def test_to_close_before_the_promised_time_asks_why(
    editor: FlaskClient, client: FlaskClient, draft: Challenge
) -> None:
    actor = make_person(role="editor").actor
    with unit_of_work():
        set_closing_time(actor, draft, clock.now() + timedelta(days=3))
        open_challenge(actor, draft)
    asking = re.search(
        r'<label[^>]*for="why_closed"[^>]*>(.*?)</label>', editor.get(f"{DESK}?lang=en").text, re.DOTALL
    )
    assert asking is not None
    assert "optional" not in asking[1]
    refused = editor.post(f"{DESK}/close", data={"reason": " "})
    assert (refused.status_code, 'id="why_closed-error"' in refused.text) == (422, True)
    assert stored(draft).status == "open"
    assert editor.post(f"{DESK}/close", data={"reason": "The book is sold out."}).status_code == 303
    assert stored(draft).status == "closed"
    page = client.get(f"{PUBLIC}?lang=en").text
    assert "Changed since it opened" in page
    assert "Why: The book is sold out." in page


def test_an_old_page_sets_nothing_up_a_second_time(editor: FlaskClient) -> None:
    article = make_article(html=BLOCK)
    again = f"/desk/challenges/in-article/{article.id}/small-challenge"
    assert editor.post(again).status_code == 303
    assert (
        editor.post(DESK, data={"title": "My own", "prize": "Gold", "prize_2": "Silver"}).status_code == 303
    )
    assert editor.post(again).status_code == 303
    session.rollback()
    challenge = session.scalars(sa.select(Challenge)).one()
    assert (challenge.title, [prize.title for prize in challenge.prizes]) == ("My own", ["Gold", "Silver"])


def test_the_first_challenge_does_not_open_before_somebody_says_where_the_organiser_is_found(
    editor: FlaskClient,
) -> None:
    article = make_article(html=BLOCK)
    editor.post(f"/desk/challenges/in-article/{article.id}/small-challenge")
    editor.post(DESK, data={"title": "A", "prize": "Gold"})
    assert "Not complete: Address of the organiser" in editor.get(DESK).text
    refused = editor.post(f"{DESK}/open")
    assert (refused.status_code, 'id="rules_address-error"' in refused.text) == (422, True)
    editor.post(DESK, data={"title": "A", "prize": "Gold", "rules_address": "1 Street, Town"})
    assert "Not complete" not in editor.get(DESK).text
    assert editor.post(f"{DESK}/open").status_code == 303
    # The next one begins with it.
    other = make_article(html=BLOCK.replace("small-challenge", "next-challenge"))
    editor.post(f"/desk/challenges/in-article/{other.id}/next-challenge")
    assert "1 Street, Town" in editor.get("/desk/challenges/next-challenge/terms").text


def test_the_article_says_what_becomes_of_another_question_once_it_is_open(editor: FlaskClient) -> None:
    article = make_article(html=BLOCK)
    page = f"/desk/articles/{article.id}"
    editor.post(f"/desk/challenges/in-article/{article.id}/small-challenge")
    editor.post(DESK, data={"title": "A", "prize": "Gold", "rules_address": "1 Street, Town"})
    assert "is an amendment" not in editor.get(page).text
    assert editor.post(f"{DESK}/open").status_code == 303
    assert "is an amendment" in editor.get(page).text


def test_it_opens_by_itself_and_is_taken_back(
    editor: FlaskClient, client: FlaskClient, draft: Challenge
) -> None:
    for wrong in ("", "soon", "2020-01-01T12:00"):
        refused = editor.post(f"{DESK}/schedule", data={"opens_at": wrong})
        assert (refused.status_code, 'id="opens_at-error"' in refused.text) == (422, True)
    assert editor.post(f"{DESK}/schedule", data={"opens_at": "2099-07-01T17:00"}).status_code == 303
    assert stored(draft).opens_at == datetime(2099, 7, 1, 15, tzinfo=UTC)
    assert client.get(PUBLIC).status_code == 404
    assert editor.post(f"{DESK}/take-back").status_code == 303
    assert editor.post(f"{DESK}/take-back").status_code == 409
    assert editor.post(f"{DESK}/schedule", data={"opens_at": "2099-07-01T17:00"}).status_code == 303
    with time_machine.travel(datetime(2099, 7, 1, 15, tzinfo=UTC), tick=False):
        page = client.get(PUBLIC)
        assert (page.status_code, "mailto:small-challenge@" in page.text) == (200, True)
        assert [each.slug for each in open_challenges(clock.now())] == ["small-challenge"]
        assert "mailto:small-challenge@" in client.get("/challenges/").text


def test_a_draft_is_removed_and_what_was_open_is_called_off(editor: FlaskClient, client: FlaskClient) -> None:
    make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
    assert f'action="{DESK}/remove"' in editor.get(DESK).text
    removed = editor.post(f"{DESK}/remove")
    assert (removed.status_code, removed.location) == (303, "/desk/challenges/")
    assert editor.get(DESK).status_code == 404
    make_challenge(slug="small-challenge")
    assert f'action="{DESK}/remove"' not in editor.get(DESK).text
    refused = editor.post(f"{DESK}/cancel", data={"reason": " "})
    assert (refused.status_code, 'id="why_called_off-error"' in refused.text) == (422, True)
    assert editor.post(f"{DESK}/cancel", data={"reason": "It stood in the paper."}).status_code == 303
    assert editor.post(f"{DESK}/cancel", data={"reason": "Once more."}).status_code == 409
    page = client.get(f"{PUBLIC}?lang=en").text
    assert "cancelled" in page
    assert "It stood in the paper." in page
    assert "mailto:" not in page


def test_nobody_has_won_only_when_nothing_is_open(editor: FlaskClient, client: FlaskClient) -> None:
    closes_at = clock.now() - timedelta(hours=1)
    challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.CLOSED, closes_at=closes_at)
    entry = make_entry(challenge)
    assert f'action="{DESK}/no-winner"' not in editor.get(DESK).text
    refused = editor.post(f"{DESK}/no-winner", data={"reason": "Nobody knows."})
    assert refused.status_code == 422
    assert "still waiting" in refused.text
    assert ">\r\nNobody knows.</textarea>" in refused.text
    assert editor.post(f"{DESK}/entries/{entry.number}", data={"judgement": "incorrect"}).status_code == 303
    assert f'action="{DESK}/no-winner"' in editor.get(DESK).text
    assert editor.post(f"{DESK}/no-winner", data={"reason": "Nobody knows."}).status_code == 303
    page = client.get(f"{PUBLIC}?lang=en").text
    assert "Nobody has won." in page
    assert "Nobody knows." in page


def test_the_rules_are_for_everybody_to_read(client: FlaskClient, opened: Challenge) -> None:
    editor = make_person(role="editor").actor
    terms = words_of(opened)
    with unit_of_work():
        rules = {**terms.rules, "costs": "A stamp.\n\n<script>alert(1)</script>"}
        decide_terms(editor, opened, replace(terms, rules=rules, attempts=None), reason="Clearer.")
    page = client.get(f"{PUBLIC}/rules?lang=en").text
    for words in (
        "How the winner is decided",
        "nothing is drawn",
        '<p lang="en">A stamp.</p>',
        "&lt;script&gt;",
        "There is one prize.",
        "Each person can answer as often as they like.",
        "A winner has 10 days to say that they want the prize.",
    ):
        assert words in page
    assert f'href="{PUBLIC}/rules' in client.get(PUBLIC).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_live_count_says_what_the_page_says_and_is_asked_for_conditionally(
    client: FlaskClient, opened: Challenge, language: str
) -> None:
    make_entry(opened)
    page = client.get(f"{PUBLIC}?lang={language}").text
    found = re.search(r'data-live-count="([^"]+)">([^<]+)<', page)
    assert found is not None
    answer = client.get(found[1].replace("&amp;", "&"))
    assert answer.json is not None
    assert (answer.json["words"], answer.json["entries"], answer.json["phase"]) == (found[2], 1, "open")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer.headers
    asked = client.get(found[1], headers={"If-None-Match": answer.headers["ETag"]})
    assert (asked.status_code, asked.data) == (304, b"")
    make_entry(opened)
    assert client.get(found[1], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200


def test_a_list_of_challenges_with_prizes_asks_no_more_for_three_than_for_one(client: FlaskClient) -> None:
    def add() -> None:
        actor, opened = make_person(role="editor").actor, make_challenge(status=ChallengeStatus.DRAFT)
        with unit_of_work():
            open_challenge(actor, opened)
        closed = make_challenge(status=ChallengeStatus.CLOSED)
        with unit_of_work():
            closed.closes_at = clock.now()

    add()
    client.get("/challenges/")
    with counted_statements() as one:
        client.get("/challenges/")
    for _ in range(2):
        add()
    client.get("/challenges/")
    with counted_statements() as three:
        client.get("/challenges/")
    assert len(three) == len(one)


class TestCommands:
    BY = ("--by", "editor@example.org")

    def run(self, runner: FlaskCliRunner, *words: str) -> tuple[int, str]:
        result = runner.invoke(args=["challenges", *words])
        session.rollback()
        return result.exit_code, result.stdout + result.stderr

    @pytest.mark.usefixtures("editor")
    def test_schedule_amend_and_cancel(self, runner: FlaskCliRunner, draft: Challenge) -> None:
        slug = draft.slug
        opens, closes = "2099-07-01T17:00", "2099-08-01T17:00"
        code, said = self.run(runner, "schedule", slug, *self.BY, "--opens", opens, "--closes", closes)
        assert (code, "opens by itself at 2099-07-01T15:00:00+00:00" in said) == (0, True)
        assert stored(draft).status == "scheduled"
        assert self.run(runner, "open", slug, *self.BY)[0] == 0
        code, said = self.run(runner, "amend", slug, *self.BY, "--reason", "", "--title", "B")
        assert (code, "Say why" in said) == (1, True)
        changes = ("--attempts", "unlimited", "--rule", "costs=A stamp.", "--closes", "never", "--title", "B")
        assert self.run(runner, "amend", slug, *self.BY, "--reason", "Clearer.", *changes)[0] == 0
        now = stored(draft)
        assert (now.attempts, now.rules["costs"], now.closes_at, now.title) == (None, "A stamp.", None, "B")
        for wrong in (
            ("--attempts", "some"),
            ("--attempts", "9" * 5000),
            ("--rule", "nothing=x"),
            ("--closes", "tomorrow"),
            ("--closes", "9999-12-31T23:59:59-10:00"),
            ("--closes", "0001-01-01T00:00:00+10:00"),
            ("--closes", "9500-01-01T00:00"),
        ):
            code, said = self.run(runner, "amend", slug, *self.BY, "--reason", "Clearer.", *wrong)
            assert (code, "Traceback" in said, "try again later" in said) == (1, False, False)
        assert self.run(runner, "amend", slug, *self.BY, "--reason", "A typo.", "--judge-again")[0] == 0
        assert stored(draft).terms_version == 1
        assert self.run(runner, "cancel", slug, *self.BY)[0] == 1
        assert self.run(runner, "cancel", slug, *self.BY, "--reason", "Too easy.")[0] == 0
        assert stored(draft).status == "cancelled"

    @pytest.mark.usefixtures("editor")
    def test_a_draft_is_removed_and_a_closed_one_ends_without_a_winner(
        self, runner: FlaskCliRunner, draft: Challenge
    ) -> None:
        assert self.run(runner, "cancel", draft.slug, *self.BY)[0] == 0
        assert session.scalars(sa.select(Challenge)).all() == []
        closed = make_challenge(status=ChallengeStatus.CLOSED)
        assert self.run(runner, "no-winner", closed.slug, *self.BY, "--reason", "Nobody knows.")[0] == 0
        assert stored(closed).status == "no_winner"


class TestAnotherQuestionInItsArticle:
    """Whoever edits an article is asked before people who have answered are asked something else."""

    ASKING = "A lead.\n\n::: challenge small-challenge\n## A small challenge\n\n{question}\n:::\n"

    @pytest.fixture
    def article(self, opened: Challenge) -> Article:
        article = make_article(body=self.ASKING.format(question="What is it?"))
        with unit_of_work():
            session.get_one(Challenge, opened.id).article_id = article.id
            session.get_one(Challenge, opened.id).question_html = "<p>What is it?</p>"
        return article

    def save(self, browser: FlaskClient, article: Article, question: str, **more: str) -> TestResponse:
        form = {
            "title": article.title,
            "slug": article.slug,
            "language": article.language,
            "body": self.ASKING.format(question=question),
            "version": str(article.version),
            "act": "save",
        }
        return browser.post(f"/desk/articles/{article.id}", data=form | more)

    def test_without_a_reason_nothing_is_saved_nobody_told_and_all_is_kept_that_was_typed(
        self, editor: FlaskClient, article: Article, opened: Challenge
    ) -> None:
        refused = self.save(editor, article, "What is it, and why?")
        assert refused.status_code == 422
        assert "its question cannot change in silence" in refused.text
        assert 'id="reason-error"' in refused.text
        assert "What is it, and why?" in refused.text
        assert stored(opened).question_html == "<p>What is it?</p>"
        assert session.get_one(Article, article.id).version == 1
        assert session.scalars(sa.select(Amendment)).all() == []

    def test_with_one_everybody_is_told_it(
        self, editor: FlaskClient, article: Article, opened: Challenge
    ) -> None:
        saved = self.save(editor, article, "What is it, and why?", reason="Half of it was missing.")
        assert saved.status_code == 303
        assert stored(opened).question_html == "<p>What is it, and why?</p>"
        assert session.scalars(sa.select(Amendment.reason)).all() == ["Half of it was missing."]
        assert "Half of it was missing." in editor.get(PUBLIC).text
        assert 'name="reason"' not in editor.get(saved.location).text

    def test_other_words_around_it_need_none(self, editor: FlaskClient, article: Article) -> None:
        assert self.save(editor, article, "What is it?", title="Another title").status_code == 303
        assert session.scalars(sa.select(Amendment)).all() == []
