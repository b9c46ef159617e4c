"""The desk: setting up, opening, judging blind, announcing."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from blog.accounts.models.people import PersonRole
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.blind import HIDDEN
from blog.challenges.emails import receipt_letter, receipt_link
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry, Verdict
from blog.challenges.outcome import ToJudge
from blog.challenges.queries.to_judge import to_judge_in
from blog.challenges.values import ChallengeStatus, Ineligible, Judgement
from blog.core import clock
from blog.core.config import LANGUAGES, current_settings
from blog.core.db import session, unit_of_work
from blog.mailroom.models import OutboxMessage, ReadMessage
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_entry, make_message
from tests.support.prizes import send_letters
from tests.support.queries import counted_statements

pytestmark = pytest.mark.usefixtures("app")

BLOCK = (
    '<section class="block block-challenge" data-block="challenge" data-slug="{slug}" id="challenge-{slug}">'
    "<h2>A small challenge</h2>\n<p>What is it?</p></section>"
)


@pytest.fixture
def editor(sign_in: SignIn) -> FlaskClient:
    """The browser of an editor."""
    return sign_in(make_person(role="editor", name="Judge Judy"))


def judge(entry: Entry, judgement: Judgement, reason: str = "because") -> None:
    """Give a verdict as some editor."""
    actor = make_person(role="editor").actor
    with unit_of_work():
        judge_entry(actor, entry, judgement, reason)


def announce(challenge: Challenge) -> None:
    """Announce the winner as some editor."""
    actor = make_person(role="editor").actor
    with unit_of_work():
        announce_winner(actor, challenge)


def errors_of(page: str) -> str:
    """What the error notices of a page say."""
    return " ".join(part.split("</div>")[0] for part in page.split('<div class="notice notice--error')[1:])


def stored(challenge: Challenge) -> Challenge:
    """The challenge as it stands in the database now."""
    session.rollback()
    return session.get_one(Challenge, challenge.id)


class TestWhoMayComeIn:
    @pytest.mark.parametrize("role", ["reader", "moderator"])
    def test_whoever_does_not_judge_is_refused_everywhere(self, sign_in: SignIn, role: str) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(challenge)
        browser = sign_in(make_person(role=role))
        for address in ("", "small-challenge", "small-challenge/entries/1", "small-challenge/entries/1/raw"):
            assert browser.get(f"/desk/challenges/{address}").status_code == 403
        for address in ("open", "close", "announce", "entries/1"):
            assert browser.post(f"/desk/challenges/small-challenge/{address}").status_code == 403
        assert browser.post("/desk/challenges/small-challenge", data={"title": "Mine"}).status_code == 403

    def test_a_visitor_is_sent_to_sign_in(self, client: FlaskClient) -> None:
        make_challenge(slug="small-challenge")
        assert client.get("/desk/challenges/small-challenge").status_code == 302
        assert client.post("/desk/challenges/small-challenge/close").status_code == 401

    def test_an_author_comes_to_the_challenges_of_their_own_articles_only(self, sign_in: SignIn) -> None:
        author = make_person(role="author")
        make_challenge(slug="mine", title="Mine it is", article=make_article(author=author))
        make_challenge(slug="other", title="The other", article=make_article())
        make_challenge(slug="draft", status=ChallengeStatus.DRAFT, article=make_article())
        browser = sign_in(author)
        assert browser.get("/desk/challenges/mine").status_code == 200
        assert browser.get("/desk/challenges/other").status_code == 403
        assert browser.get("/desk/challenges/draft").status_code == 404
        page = browser.get("/desk/challenges/").text
        assert "Mine it is" in page
        assert "The other" not in page


class TestSettingUp:
    def test_the_article_offers_its_blocks_and_one_press_sets_one_up(self, editor: FlaskClient) -> None:
        article = make_article(html=BLOCK.format(slug="small-challenge"), title="Its article")
        page = editor.get(f"/desk/articles/{article.id}").text
        assert "Challenges in this article" in page
        address = f"/desk/challenges/in-article/{article.id}/small-challenge"
        assert f'action="{address}"' in page
        response = editor.post(address)
        assert (response.status_code, response.location) == (303, "/desk/challenges/small-challenge")
        challenge = session.scalars(sa.select(Challenge)).one()
        assert (challenge.title, challenge.question_html, challenge.status) == (
            "A small challenge",
            "<p>What is it?</p>",
            "draft",
        )
        assert "/desk/challenges/small-challenge" in editor.get(f"/desk/articles/{article.id}").text

    def test_a_block_that_is_not_there_sets_nothing_up(self, editor: FlaskClient) -> None:
        article = make_article()
        assert editor.post(f"/desk/challenges/in-article/{article.id}/small-challenge").status_code == 404
        assert editor.post("/desk/challenges/in-article/4711/small-challenge").status_code == 404

    def test_a_name_that_is_taken_or_reserved_is_told(self, editor: FlaskClient) -> None:
        make_challenge(slug="small-challenge", article=make_article())
        html = BLOCK.format(slug="small-challenge") + BLOCK.format(slug="postmaster")
        article = make_article(html=html)
        assert "belongs to another article" in editor.get(f"/desk/articles/{article.id}").text
        assert editor.post(f"/desk/challenges/in-article/{article.id}/small-challenge").status_code == 409
        refused = editor.post(f"/desk/challenges/in-article/{article.id}/postmaster")
        assert (refused.status_code, refused.location) == (303, f"/desk/articles/{article.id}")
        assert "is a mailbox of" in editor.get(f"/desk/articles/{article.id}").text
        assert session.scalar(sa.select(sa.func.count(Challenge.id))) == 1

    def test_title_prize_and_closing_time_are_saved_in_the_readers_zone(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
        data = {"title": "Better", "prize": "Two books", "closes_at": "2099-07-01T17:00"}
        assert editor.post("/desk/challenges/small-challenge", data=data).status_code == 303
        now = stored(challenge)
        assert (now.title, now.prize) == ("Better", "Two books")
        assert now.closes_at == datetime(2099, 7, 1, 15, tzinfo=UTC)
        assert 'value="2099-07-01T17:00"' in editor.get("/desk/challenges/small-challenge/terms").text
        assert (
            editor.post("/desk/challenges/small-challenge", data={**data, "closes_at": ""}).status_code == 303
        )
        assert stored(challenge).closes_at is None

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"title": ""}, "title"),
            ({"prize": "x" * 301}, "prize"),
            ({"closes_at": "tomorrow"}, "closes_at"),
            ({"closes_at": "0001-01-01T00:00"}, "closes_at"),
        ],
    )
    def test_what_cannot_be_used_is_told_at_its_field(
        self, editor: FlaskClient, wrong: dict[str, str], field: str
    ) -> None:
        challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
        data = {"title": "Better <b>", "prize": "Two books", "closes_at": "", **wrong}
        response = editor.post("/desk/challenges/small-challenge", data=data)
        assert response.status_code == 422
        assert f'id="{field}-error"' in response.text
        assert stored(challenge).title == "A small challenge"

    def test_an_ended_one_is_not_changed_any_more(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.FINAL)
        assert "can no longer change." in editor.get("/desk/challenges/small-challenge/terms").text
        data = {"title": "Better", "prize": "Two books"}
        response = editor.post("/desk/challenges/small-challenge", data=data)
        assert response.status_code == 409
        assert "has ended and can no longer change." in errors_of(response.text)
        assert 'value="Better"' in response.text
        assert 'value="Two books"' in response.text
        assert stored(challenge).title == "A small challenge"

    def test_a_closing_time_in_the_past_is_told_at_its_field_and_keeps_what_was_typed(
        self, editor: FlaskClient
    ) -> None:
        challenge = make_challenge(slug="small-challenge")
        data = {"title": "Better", "prize": "Two books", "closes_at": "2020-07-01T17:00", "reason": "Better."}
        response = editor.post("/desk/challenges/small-challenge", data=data)
        assert response.status_code == 422
        assert 'id="closes_at-error"' in response.text
        assert "The closing time must be in the future." in errors_of(response.text)
        for typed in ("Better", "Two books", "2020-07-01T17:00"):
            assert f'value="{typed}"' in response.text
        assert ">\r\nBetter.</textarea>" in response.text
        assert (stored(challenge).title, stored(challenge).closes_at) == ("A small challenge", None)

    def test_an_open_one_does_not_lose_its_prize(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        data = {"title": "Better", "prize": "", "reason": "There is none."}
        response = editor.post("/desk/challenges/small-challenge", data=data)
        assert response.status_code == 422
        assert 'id="prize-error"' in response.text
        assert 'value="Better"' in response.text
        assert stored(challenge).prize == "A good book"

    def test_what_is_about_no_field_is_told_above_the_form(self, editor: FlaskClient) -> None:
        make_challenge(slug="small-challenge", question_html="")
        response = editor.post("/desk/challenges/small-challenge", data={"title": "Better", "prize": "Books"})
        assert response.status_code == 422
        assert "Write the question first" in errors_of(response.text)
        assert 'value="Better"' in response.text


def _disabled_button(page: str, label: str) -> bool:
    """Whether there is a button with this label that cannot be pressed."""
    return (
        re.search(rf"<button[^>]* disabled>(?:<svg.*?</svg>)?<span>{label}</span></button>", page) is not None
    )


class TestOpeningAndClosing:
    def test_it_opens_once_and_closes_once(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
        assert editor.post("/desk/challenges/small-challenge/open").status_code == 303
        assert stored(challenge).status == "open"
        again = editor.post("/desk/challenges/small-challenge/open", data={"csrf_token": "x"})
        assert again.status_code == 409
        assert "This challenge has been opened already." in errors_of(again.text)
        assert editor.post("/desk/challenges/small-challenge/close").status_code == 303
        assert stored(challenge).status == "closed"
        again = editor.post("/desk/challenges/small-challenge/close")
        assert (again.status_code, "This challenge is not open." in errors_of(again.text)) == (409, True)

    def test_it_asks_before_it_opens_and_before_it_closes(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
        page = editor.get("/desk/challenges/small-challenge").text
        for words in (
            "Open it now?",
            "answers are welcome at small-challenge@answers.example.org.",
            "does not become a draft again.",
            ">Not yet</button>",
        ):
            assert words in page
        assert stored(challenge).status == "draft"
        editor.post("/desk/challenges/small-challenge/open")
        page = editor.get("/desk/challenges/small-challenge").text
        for words in (
            "Close it now?",
            "does not open again.",
            ">Keep it open</button>",
            "It stays open until",
        ):
            assert words in page

    def test_without_a_prize_it_does_not_open_and_says_why(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT, prize="")
        response = editor.post("/desk/challenges/small-challenge/open")
        assert response.status_code == 422
        assert "Say what the prize is first." in errors_of(response.text)
        assert 'id="prize-error"' in response.text
        page = editor.get("/desk/challenges/small-challenge").text
        assert _disabled_button(page, "Open the challenge")
        assert "/small-challenge/open" not in page
        # The page goes on from how the challenge stands, not from the empty form of the button.
        assert 'value="A small challenge"' in response.text
        assert stored(challenge).status == "draft"

    @pytest.mark.parametrize("act", ["open", "close", "announce"])
    def test_opening_a_page_changes_nothing(self, editor: FlaskClient, act: str) -> None:
        make_challenge(slug="small-challenge")
        assert editor.get(f"/desk/challenges/small-challenge/{act}").status_code in {404, 405}


class TestTheDecision:
    def test_the_story_judged_out_of_order(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        for name in ("Anna", "Bert", "Cora"):
            make_entry(challenge, from_name=f"{name} Visser", from_address=f"{name.lower()}@example.org")
        verdict = "/desk/challenges/small-challenge/entries"
        assert editor.post(f"{verdict}/3", data={"judgement": "correct"}).location == f"{verdict}/1"
        page = editor.get("/desk/challenges/small-challenge").text
        assert "Entry 3 is correct, but 1 and 2 are still waiting." in page
        assert "/desk/challenges/small-challenge/announce" not in page
        refused = editor.post("/desk/challenges/small-challenge/announce")
        assert (refused.status_code, "1 and 2 are still waiting" in errors_of(refused.text)) == (422, True)
        assert editor.post(f"{verdict}/1", data={"judgement": "incorrect"}).location == f"{verdict}/2"
        assert (
            editor.post(f"{verdict}/2", data={"judgement": "correct"}).location
            == "/desk/challenges/small-challenge"
        )
        page = editor.get("/desk/challenges/small-challenge").text
        assert "Entry 2 is the first correct one" in page
        assert 'action="/desk/challenges/small-challenge/announce"' in page
        for leak in ("Anna", "Bert", "Cora", "@example.org<"):
            assert leak not in page
        assert editor.post("/desk/challenges/small-challenge/announce").status_code == 303
        again = editor.post("/desk/challenges/small-challenge/announce")
        assert again.status_code == 409
        assert "has been announced already." in errors_of(again.text)
        assert "entry 2 has won it. The letter to its winner has not left yet." in again.text
        page = editor.get("/desk/challenges/small-challenge/prizes").text
        assert "Bert Visser" in page
        assert "bert@example.org" in page
        assert "Anna" not in page
        assert [mail.recipient for mail in session.scalars(sa.select(OutboxMessage))] == ["bert@example.org"]

    def test_entries_come_in_pages_of_fifty_at_a_fixed_cost(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        entries = [make_entry(challenge)]
        judge(entries[0], Judgement.INCORRECT)
        with counted_statements() as one:
            editor.get("/desk/challenges/small-challenge")
        entries += [make_entry(challenge) for _turn in range(51)]
        for entry in entries[1:3]:
            judge(entry, Judgement.INCORRECT)
        with counted_statements() as many:
            first = editor.get("/desk/challenges/small-challenge").text
        assert len(many) == len(one)
        link = '<a href="/desk/challenges/small-challenge/entries/'
        assert first.count(link) == 50
        assert "No entry is correct yet; 4, 5, 6, 7, 8, and 44 more are still waiting." in first
        (cursor,) = {
            part.split('"')[0] for part in first.split("/desk/challenges/small-challenge?after=")[1:]
        }
        assert editor.get(f"/desk/challenges/small-challenge?after={cursor}").text.count(link) == 2

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_key_means_two_things_in_any_language(self, editor: FlaskClient, language: str) -> None:
        challenge = make_challenge(slug="small-challenge")
        for _turn in range(3):
            make_entry(challenge, elided="> What is the answer?")
        page = editor.get(f"/desk/challenges/small-challenge/entries/2?lang={language}").text
        keys = " ".join(re.findall(r'data-key="([^"]+)"', page)).split()
        assert {"c", "i", "u", "e", "r", "j", "k"} <= set(keys)
        assert sorted(keys) == sorted(set(keys))

    def test_the_list_and_the_desk_say_how_many_wait(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        waiting, unclear, done = (make_entry(challenge) for _turn in range(3))
        make_entry(challenge, why_not=Ineligible.AUTOMATIC)
        make_entry(challenge, eligible=None)
        judge(unclear, Judgement.UNCLEAR)
        judge(done, Judgement.INCORRECT)
        assert "3 entries are waiting for a verdict." in editor.get("/desk/").text
        with counted_statements() as one:
            page = editor.get("/desk/challenges/").text
        assert "3 are waiting</span>" in page
        make_entry(make_challenge(article=make_article()))
        make_entry(make_challenge(article=make_article()))
        with counted_statements() as three:
            editor.get("/desk/challenges/")
        assert len(three) == len(one)
        assert waiting.number == 1

    def test_after_the_announcement_nothing_waits_any_more(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        judge(make_entry(challenge), Judgement.CORRECT)
        make_entry(challenge)
        address = "/desk/challenges/small-challenge"
        assert '<span class="badge badge--neutral">not needed so far</span>' in editor.get(address).text
        assert to_judge_in([challenge]) == {challenge.id: ToJudge(now=0, later=1)}
        assert "This is the first correct entry" in editor.get(f"{address}/entries/1").text
        announce(challenge)
        send_letters()
        won = editor.get(f"{address}/entries/1").text
        assert "entry 1 has been told that it has won" in won
        assert "To the decision" not in won
        for page in (editor.get(address).text, editor.get(f"{address}/entries/2").text):
            assert '<span class="badge badge--neutral">not needed any more</span>' in page
            assert "waiting<" not in page
        assert to_judge_in([challenge]) == {}
        assert "badge--warning" not in editor.get("/desk/challenges/").text

    def test_with_nothing_waiting_the_desk_says_nothing(self, editor: FlaskClient) -> None:
        challenge = make_challenge()
        judge(make_entry(challenge), Judgement.CORRECT)
        make_entry(challenge)
        announce(challenge)
        assert "verdict" not in editor.get("/desk/").text

    def test_it_says_before_it_is_asked_that_a_candidate_works_here_since(self, sign_in: SignIn) -> None:
        challenge = make_challenge(slug="small-challenge")
        joiner = make_person(email="late@example.org")
        judge(make_entry(challenge, from_address="late@example.org"), Judgement.CORRECT)
        editor = sign_in(make_person(role="editor", language="en"))
        assert "Announce the winner" in editor.get("/desk/challenges/small-challenge").text
        with unit_of_work():
            session.add(PersonRole(person_id=joiner.id, role="moderator"))
        page = editor.get("/desk/challenges/small-challenge").text
        assert "Entry 1 came from the address of somebody who works here now" in page
        for offered in ("Announce the winner", "the winner can be announced"):
            assert offered not in page


class TestJudgingBlind:
    RAW = (
        b"Received: from laptop-of-piet.example.org\r\n"
        b"From: Piet van den Berg <piet@example.org>\r\nReply-To: piet@example.org\r\n"
        b"Subject: Answer of Piet van den Berg\r\n\r\nAsk him. <script>alert(1)</script>\r\n"
    )

    def test_nothing_on_the_page_tells_who_sent_it(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(
            challenge,
            text="Ask him.\n<script>alert(1)</script>\nGroeten,\nPiet",
            elided="-- \nPiet van den Berg\nOn Monday ed@example.org wrote:\n> question",
            from_name="Piet van den Berg",
            from_address="piet@example.org",
            raw=self.RAW,
            attachments=[{"name": "cv-piet.pdf", "type": "application/pdf", "size": 1234, "sha256": "0"}],
        )
        page = editor.get("/desk/challenges/small-challenge/entries/1").text
        raw = editor.get("/desk/challenges/small-challenge/entries/1/raw")
        for text in (page, raw.text):
            assert "Ask him." in text
            for leak in ("Piet", "piet", "Berg", "ed@example.org"):
                assert leak not in text
        assert "application/pdf" in page
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert raw.content_type == "text/plain; charset=utf-8"
        assert raw.headers["X-Content-Type-Options"] == "nosniff"

    def test_what_a_quoted_receipt_holds_is_left_out_and_the_judge_is_told(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        first = make_entry(challenge, from_address="piet@example.org")
        with unit_of_work():
            first = session.get_one(Entry, first.id)
            receipt = receipt_letter(first, current_settings(), code="K7QM-2XRD-9HFW").text
            token = receipt_link(first, current_settings()).rpartition("/")[2]
        quoted = "".join(f"> {line}\n" for line in receipt.splitlines())
        assert token in quoted
        html = "<br>".join(receipt.splitlines())
        head = "Subject: Re: Your entry\r\nMIME-Version: 1.0\r\n"
        raw = f"{head}Content-Type: text/html; charset=utf-8\r\n\r\n<p>Ask him.</p>{html}".encode()
        make_entry(challenge, text="Ask him.", elided=quoted, from_address="piet@example.org", raw=raw)
        address = "/desk/challenges/small-challenge/entries/2"
        page, whole, framed = (editor.get(f"{address}{more}?lang=en").text for more in ("", "/raw", "/html"))
        for text in (page, whole, framed):
            assert "Ask him." in text
            assert HIDDEN in text
            for secret in (token, token[:12], "K7QM", "9HFW"):
                assert secret not in text
        told = "stands where something was left out: a name, an address, or a secret link or code"
        assert (page.count(told), framed.count(told)) == (2, 1)
        # Of the first there is nothing to tell but what its raw message leaves out.
        assert editor.get("/desk/challenges/small-challenge/entries/1?lang=en").text.count(told) == 1

    def test_the_question_stands_beside_the_answer(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(challenge)
        question = challenge.question_html
        assert question
        assert question in editor.get("/desk/challenges/small-challenge/entries/1").text

    def test_a_large_message_is_cut_on_the_page_and_whole_one_link_away(self, editor: FlaskClient) -> None:
        raw = b"Subject: x\r\n\r\n" + b"line of text\r\n" * 20_000
        make_entry(make_challenge(slug="small-challenge"), raw=raw)
        page = editor.get("/desk/challenges/small-challenge/entries/1").text
        assert len(page) < 120_000
        address = "/desk/challenges/small-challenge/entries/1/raw"
        assert address in page
        assert editor.get(address).text.count("line of text") == 20_000

    def test_a_judge_is_told_that_the_bytes_are_gone(self, editor: FlaskClient) -> None:
        make_entry(make_challenge(slug="small-challenge"), raw=b"")
        page = editor.get("/desk/challenges/small-challenge/entries/1?lang=en").text
        assert "Its exact bytes are no longer kept" in page
        assert "Forty-two." in page
        assert "raw message" not in page
        assert editor.get("/desk/challenges/small-challenge/entries/1/raw").status_code == 404

    def test_a_judge_is_told_why_a_program_cannot_vouch_for_the_text(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(challenge)
        doubted = make_entry(challenge)
        with unit_of_work():
            message = sa.update(ReadMessage).where(ReadMessage.delivery_id == doubted.delivery_id)
            session.execute(message.values(readable=False, defects=["alternatives-differ"]))
        vouched, doubtful = (
            editor.get(f"/desk/challenges/small-challenge/entries/{number}?lang=en").text for number in (1, 2)
        )
        why = (
            "<p>Its plain text and its HTML do not say the same, so a person has to look what was meant.</p>"
        )
        advice = "<p>Read the raw message before you judge.</p>"
        assert advice not in vouched
        assert why + advice in re.sub(r"\n\s*", "", doubtful)

    def test_a_verdict_is_added_with_its_reason_and_judge(self, editor: FlaskClient) -> None:
        entry = make_entry(make_challenge(slug="small-challenge"))
        judge(entry, Judgement.CORRECT, "I thought so")
        response = editor.post(
            "/desk/challenges/small-challenge/entries/1",
            data={"judgement": "incorrect", "reason": "<b>No</b>"},
        )
        assert response.status_code == 303
        page = editor.get("/desk/challenges/small-challenge/entries/1").text
        for words in ("I thought so", "&lt;b&gt;No&lt;/b&gt;", "Judge Judy"):
            assert words in page

    def test_unclear_without_a_reason_is_told_at_the_field(self, editor: FlaskClient) -> None:
        make_entry(make_challenge(slug="small-challenge"))
        address = "/desk/challenges/small-challenge/entries/1"
        response = editor.post(address, data={"judgement": "unclear", "reason": " "})
        assert response.status_code == 422
        assert 'id="reason-error"' in response.text
        assert editor.post(address, data={"judgement": "brilliant"}).status_code == 422
        assert session.scalar(sa.select(sa.func.count(Verdict.id))) == 0

    def test_what_cannot_be_judged_has_no_form_and_is_refused(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(challenge, why_not=Ineligible.LATE)
        make_entry(challenge, eligible=None)
        for number in (1, 2):
            address = f"/desk/challenges/small-challenge/entries/{number}"
            assert 'name="judgement"' not in editor.get(address).text
            refused = editor.post(address, data={"judgement": "correct", "reason": "Well said."})
            assert refused.status_code == 422
            assert "This entry" in errors_of(refused.text)
            assert "Well said.</textarea>" in refused.text
            # What is still being read can be judged in a moment, what cannot win never.
            assert ('name="judgement"' in refused.text) == (number == 2)

    def test_after_the_announcement_a_verdict_is_refused(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        judge(make_entry(challenge), Judgement.CORRECT)
        announce(challenge)
        address = "/desk/challenges/small-challenge/entries/1"
        assert 'name="judgement"' not in editor.get(address).text
        refused = editor.post(address, data={"judgement": "incorrect", "reason": "Too vague."})
        assert refused.status_code == 409
        assert "verdicts can no longer change." in errors_of(refused.text)
        assert "Too vague.</textarea>" in refused.text
        assert 'name="judgement"' not in refused.text

    def test_it_says_where_one_is_and_how_many_still_wait(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        first, second, third = (make_entry(challenge) for _turn in range(3))
        address = "/desk/challenges/small-challenge/entries/2"
        for judged, words in (
            (None, "3 are still waiting"),
            (third, "2 are still waiting"),
            (first, "1 is still waiting"),
        ):
            if judged:
                judge(judged, Judgement.CORRECT if judged is third else Judgement.INCORRECT)
            page = editor.get(address).text
            assert "Entry 2 of 3" in page
            assert words in page
        judge(second, Judgement.CORRECT)
        page = editor.get(address).text
        assert "nothing is waiting any more" in page
        assert "This is the first correct entry" in page
        assert 'href="/desk/challenges/small-challenge"' in page

    def test_it_says_when_a_program_may_have_sent_it_and_lets_the_judge_decide(
        self, editor: FlaskClient
    ) -> None:
        challenge = make_challenge(slug="small-challenge")
        entry = make_entry(challenge)
        address = "/desk/challenges/small-challenge/entries/1"
        assert "A program may have sent this" not in editor.get(address).text
        with unit_of_work():
            session.merge(make_message(entry.delivery, automatic_reason="subject"))
        page = editor.get(address).text
        assert "A program may have sent this, so no receipt went out." in page
        assert 'name="judgement"' in page

    def test_every_act_of_a_judge_has_a_key_and_the_page_says_which(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        for _turn in range(3):
            make_entry(challenge, elided="-- a signature")
        page = editor.get("/desk/challenges/small-challenge/entries/2").text
        assert sorted(re.findall(r'data-key="(.)"', page)) == ["c", "e", "i", "j", "k", "r", "u"]
        legend = page.split("data-keys ")[1]
        assert "".join(re.findall(r'<kbd class="key">(\w)</kbd>', legend)) == "JKCIUER"
        assert "data-keys-switch" in legend
        # Where there is nothing to walk through, no key works, and nothing offers to switch them off.
        make_challenge(slug="empty")
        assert "data-keys" not in editor.get("/desk/challenges/empty").text

    def test_the_number_belongs_to_the_challenge_in_the_address(self, editor: FlaskClient) -> None:
        make_entry(make_challenge(slug="small-challenge"))
        other = make_challenge(slug="other")
        make_entry(other)
        second = make_entry(other)
        address = "/desk/challenges/small-challenge/entries"
        for number in (0, 2, second.id + 40, 10**30):
            assert editor.get(f"{address}/{number}").status_code == 404
            assert editor.post(f"{address}/{number}", data={"judgement": "correct"}).status_code == 404
        assert session.scalar(sa.select(sa.func.count(Verdict.id))) == 0

    def test_one_walks_from_entry_to_entry_in_order_of_arrival(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        for _turn in range(3):
            make_entry(challenge)
        address = "/desk/challenges/small-challenge/entries"
        first, middle, last = (editor.get(f"{address}/{number}").text for number in (1, 2, 3))
        assert f'{address}/2"' in first
        assert 'rel="prev"' not in first
        assert f'{address}/1"' in middle
        assert f'{address}/3"' in middle
        assert 'rel="next"' not in last


def test_no_award_comes_from_the_desk_without_a_correct_entry(editor: FlaskClient) -> None:
    make_entry(make_challenge(slug="small-challenge", closes_at=clock.now() + timedelta(days=1)))
    assert editor.post("/desk/challenges/small-challenge/announce").status_code == 422
    assert session.scalar(sa.select(sa.func.count(Award.id))) == 0
