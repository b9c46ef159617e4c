"""What everybody sees of challenges, and what an entrant sees: the receipt."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from blog.challenges.actions.amendments import amending
from blog.challenges.actions.challenges import open_challenge
from blog.challenges.actions.disqualifying import disqualify
from blog.challenges.actions.endings import cancel_challenge
from blog.challenges.actions.prizes import decline_prize, mark_declined
from blog.challenges.actions.terms import decide_terms
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.entries import Entry
from blog.challenges.terms import words_of
from blog.challenges.values import ChallengeStatus, Ineligible, Judgement, PrizeWords
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.mailroom.values import Door
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_confirmation, make_entry, token_of
from tests.support.prizes import announce, claim, win
from tests.support.queries import counted_statements

pytestmark = pytest.mark.usefixtures("app")

NOON = datetime(2026, 3, 2, 12, 0, 7, tzinfo=UTC)


def article_with(challenge_slug: str, html: str = "<h2>A small challenge</h2>\n<p>What is it?</p>") -> str:
    """The HTML of an article with one challenge block."""
    return (
        "<p>The lead.</p>\n"
        f'<section class="block block-challenge" data-block="challenge" data-slug="{challenge_slug}" '
        f'id="challenge-{challenge_slug}">{html}</section>\n<p>More text.</p>'
    )


def opened(draft: Challenge) -> Challenge:
    """The challenge, open, with rules."""
    actor = make_person(role="editor").actor
    with unit_of_work():
        open_challenge(actor, draft)
    return draft


def amend(challenge: Challenge, *, claim_days: int) -> None:
    """Winners have another number of days from now on."""
    actor = make_person(role="editor").actor
    with unit_of_work():
        decide_terms(
            actor, challenge, replace(words_of(challenge), claim_days=claim_days), reason="It was unfair."
        )


class TestTheLiveBlock:
    def page(self, client: FlaskClient, slug: str) -> str:
        response = client.get(f"/articles/{slug}")
        assert response.status_code == 200
        return response.text

    def test_it_shows_question_prize_address_and_how_many_entries(self, client: FlaskClient) -> None:
        article = make_article(html=article_with("small-challenge"))
        challenge = make_challenge(
            slug="small-challenge", article=article, closes_at=clock.now() + timedelta(days=9)
        )
        make_entry(challenge)
        make_entry(challenge, from_name="Hidden Person")
        page = self.page(client, article.slug)
        assert "What is the answer?" in page
        assert "A good book" in page
        assert 'href="mailto:small-challenge@answers.example.org' in page
        assert "2 entries" in page
        assert "Hidden Person" not in page

    def test_it_leads_to_the_form_for_an_answer_and_says_how_many_count(self, client: FlaskClient) -> None:
        article = make_article(html=article_with("small-challenge"))
        challenge = make_challenge(slug="small-challenge", article=article)
        assert "Each person can answer as often as they like." in self.page(client, article.slug)
        with unit_of_work():
            challenge.attempts = 3
        page = self.page(client, article.slug)
        assert "The first 3 answers of each person count." in page
        assert page.count('href="/challenges/small-challenge/answer"') == 1
        with unit_of_work():
            challenge.status = ChallengeStatus.CLOSED
        page = self.page(client, article.slug)
        assert "/answer" not in page
        assert "answers of each person" not in page

    def test_it_says_that_the_terms_have_changed_and_leads_there(self, client: FlaskClient) -> None:
        article = make_article(html=article_with("small-challenge"))
        challenge = opened(
            make_challenge(slug="small-challenge", article=article, status=ChallengeStatus.DRAFT)
        )
        assert "amended-title" not in self.page(client, article.slug)
        for at in (NOON, NOON + timedelta(days=1)):
            with time_machine.travel(at, tick=False):
                amend(challenge, claim_days=at.day)
        page = self.page(client, article.slug)
        changed = page.partition('href="/challenges/small-challenge#amended-title"')[2].partition("</a>")[0]
        assert "Changed since it opened, on" in changed
        assert "3 March 2026 at 13:00" in changed
        for address in ("/challenges/small-challenge", "/challenges/small-challenge/rules"):
            page = client.get(address).text
            assert "#amended-title" in page
        assert 'id="amended-title"' in client.get("/challenges/small-challenge").text

    @pytest.mark.parametrize("address", ["/articles/{}", "/challenges/small-challenge"])
    def test_from_the_beginning_to_the_end_it_leads_to_the_rules(
        self, client: FlaskClient, address: str
    ) -> None:
        article = make_article(html=article_with("small-challenge"))
        challenge = opened(
            make_challenge(slug="small-challenge", article=article, status=ChallengeStatus.DRAFT)
        )
        entry = make_entry(challenge)
        way = 'href="/challenges/small-challenge/rules"'
        assert client.get(address.format(article.slug)).text.count(way) == 1
        win(entry)
        page = client.get(address.format(article.slug)).text
        assert "Won by" in page
        assert page.count(way) == 1
        assert client.get(f"/receipts/{token_of(entry)}").text.count(way) == 1

    def test_a_draft_shows_readers_only_the_authors_words(self, client: FlaskClient, sign_in: SignIn) -> None:
        article = make_article(html=article_with("small-challenge"))
        make_challenge(
            slug="small-challenge", article=article, status=ChallengeStatus.DRAFT, prize="Secret prize"
        )
        for reader in (client, sign_in(make_person())):
            page = self.page(reader, article.slug)
            assert "What is it?" in page
            assert "Secret prize" not in page
            assert "small-challenge@answers.example.org" not in page
        assert "Secret prize" in self.page(sign_in(make_person(role="editor")), article.slug)

    def test_the_block_of_another_articles_challenge_shows_only_words(self, client: FlaskClient) -> None:
        make_challenge(slug="small-challenge", article=make_article(), prize="Secret prize")
        article = make_article(html=article_with("small-challenge"))
        assert "Secret prize" not in self.page(client, article.slug)

    def test_nobody_is_told_who_it_is_until_the_winner_has_claimed_and_then_as_they_choose(
        self, client: FlaskClient
    ) -> None:
        article = make_article(html=article_with("small-challenge"))
        challenge = make_challenge(slug="small-challenge", article=article)
        make_entry(challenge, why_not=Ineligible.AUTOMATIC)
        entry = make_entry(challenge, from_name="Piet van den Berg", from_address="piet@home.example")
        code = announce(entry)
        for address in (f"/articles/{article.slug}", "/challenges/small-challenge", "/challenges/", "/"):
            page = client.get(address).text
            assert "verified" in page or address == "/"
            for leak in ("P.B.", "Piet", "Entry 2 of 2", "Won by", code, "winner</", "not correct", "cannot"):
                assert leak not in page, (address, leak)
        client.post(
            f"/receipts/{token_of(entry)}",
            data={"shown_as": "name", "display_name": "Piet <b>B.</b>", "code": code},
        )
        page = self.page(client, article.slug)
        assert "Piet &lt;b&gt;B.&lt;/b&gt;" in page
        assert "Entry 2 of 2" in page
        for leak in ("P.B.", "van den Berg", "piet@home.example", code, "secret thoughts"):
            assert leak not in page
        client.post(f"/receipts/{token_of(entry)}", data={"shown_as": "initials", "code": code})
        assert "P.B." in self.page(client, article.slug)

    def test_it_costs_the_same_whatever_number_of_entries(self, client: FlaskClient) -> None:
        article = make_article(html=article_with("small-challenge"))
        challenge = make_challenge(slug="small-challenge", article=article)
        make_entry(challenge)
        with counted_statements() as one:
            self.page(client, article.slug)
        make_entry(challenge)
        make_entry(challenge)
        with counted_statements() as three:
            self.page(client, article.slug)
        assert len(three) == len(one)


class TestTheList:
    def test_open_ones_come_first_and_drafts_not_at_all(self, client: FlaskClient) -> None:
        make_challenge(title="The draft", status=ChallengeStatus.DRAFT)
        make_challenge(title="The ended", status=ChallengeStatus.CLOSED)
        make_challenge(title="The over", closes_at=clock.now() - timedelta(seconds=1))
        make_challenge(title="The endless")
        make_challenge(title="The soon", closes_at=clock.now() + timedelta(days=1))
        page = client.get("/challenges/").text
        places = [page.find(f"The {name}") for name in ("soon", "endless", "over", "ended")]
        assert places == sorted(places)
        assert min(places) > 0
        assert "The draft" not in page

    def test_many_ended_ones_come_in_pages(self, client: FlaskClient) -> None:
        for number in range(51):
            make_challenge(title=f"Ended no. {number:02}.", status=ChallengeStatus.CLOSED)
        first = client.get("/challenges/").text
        assert first.count("Ended no.") == 50
        assert "Ended no. 00." not in first
        (cursor,) = {part.split('"')[0] for part in first.split("/challenges/?after=")[1:]}
        assert client.get(f"/challenges/?after={cursor}").text.count("Ended no. 00.") == 1

    @pytest.mark.parametrize("after", ["x", "W10", "WyJhIl0", "%00", "W10" * 1000])
    def test_a_damaged_cursor_is_refused(self, client: FlaskClient, after: str) -> None:
        assert client.get(f"/challenges/?after={after}").status_code == 422

    def test_a_page_costs_the_same_at_one_and_three(self, client: FlaskClient) -> None:
        def one_more() -> None:
            make_challenge(article=make_article())
            make_entry(make_challenge(article=make_article(), status=ChallengeStatus.CLOSED))
            entry = make_entry(make_challenge(article=make_article()))
            announce(entry)
            claim(entry, initials=True)

        one_more()
        with counted_statements() as one:
            client.get("/challenges/")
        one_more()
        one_more()
        with counted_statements() as three:
            assert client.get("/challenges/").text.count("Won by") == 3
        assert len(three) == len(one)


class TestTheDetail:
    def test_it_lists_entries_by_number_and_time_and_says_nothing_else_of_them(
        self, client: FlaskClient
    ) -> None:
        article = make_article(title="The article of it")
        challenge = make_challenge(slug="small-challenge", article=article)
        first = make_entry(challenge, text="My secret answer", received_at=NOON)
        make_entry(challenge, why_not=Ineligible.STAFF)
        judge(first, Judgement.INCORRECT)
        page = client.get("/challenges/small-challenge").text
        assert "2 March 2026 at 13:00:07" in page
        assert page.count("received") == 2
        assert "The article of it" in page
        for leak in (
            "My secret answer",
            "Piet",
            "@example.org",
            "incorrect",
            "staff",
            "secret thoughts",
            first.delivery.sha256,
        ):
            assert leak not in page

    def test_after_the_announcement_it_says_how_each_entry_stands(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        wrong, winner, later, wrong_later, unclear = (make_entry(challenge) for _turn in range(5))
        make_entry(challenge)
        make_entry(challenge, why_not=Ineligible.STAFF)
        make_entry(challenge, eligible=None)
        for entry in (wrong, wrong_later):
            judge(entry, Judgement.INCORRECT)
        judge(later, Judgement.CORRECT)
        judge(unclear, Judgement.UNCLEAR)
        assert self.states(client) == ["received"] * 8
        announce(winner)
        assert self.states(client) == ["received"] * 8
        claim(winner)
        assert self.states(client) == [
            "not correct",
            "winner",
            "correct, but later",
            "not correct",
            "not judged",
            "not judged",
            "cannot win",
            "not judged",
        ]
        page = client.get("/challenges/small-challenge").text
        for leak in ("Piet", "@example.org", "staff", "unclear", "secret thoughts"):
            assert leak not in page

    def test_the_result_says_how_we_know_in_counts_and_names_nobody(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        for entry in [make_entry(challenge) for _turn in range(2)]:
            judge(entry, Judgement.INCORRECT)
        for reason in (Ineligible.AUTOMATIC, Ineligible.LIST, Ineligible.STAFF):
            make_entry(challenge, why_not=reason)
        winner = make_entry(challenge, received_at=NOON)
        make_entry(challenge, why_not=Ineligible.LATE)
        assert "How we know" not in client.get("/challenges/small-challenge").text
        win(winner)
        page = client.get("/challenges/small-challenge").text
        assert (
            "5 entries came before it and none of them could win: "
            "2 were not correct, 2 were sent automatically, and 1 could not take part." in page
        )
        assert "Entry 6 of 7 was the first correct answer." in page
        assert "All 7 entries in order of arrival" in page
        for leak in ("Piet", "@example.org", "staff", "mailing list", "secret thoughts", "because"):
            assert leak not in page

    def test_a_winner_who_was_the_very_first_had_nobody_before(self, client: FlaskClient) -> None:
        win(make_entry(make_challenge(slug="small-challenge")))
        page = client.get("/challenges/small-challenge").text
        assert "It was the very first entry: nothing came before it." in page

    def test_of_who_has_won_before_it_does_not_say_that_they_could_not(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge", status=ChallengeStatus.DRAFT)
        actor = make_person(role="editor").actor
        prizes = [PrizeWords("First"), PrizeWords("Second")]
        with unit_of_work():
            decide_terms(actor, challenge, replace(words_of(challenge), prizes=prizes))
        opened(challenge)
        first, wrong, second = (make_entry(challenge) for _turn in range(3))
        judge(first, Judgement.CORRECT)
        judge(wrong, Judgement.INCORRECT)
        announce(second)
        claim(first)
        claim(second)
        page = client.get("/challenges/small-challenge").text
        assert "It was the very first entry: nothing came before it." in page
        assert (
            "1 entry that came before it has won another prize. "
            "1 entry came before it and could not win: 1 was not correct." in page
        )

    def test_a_result_costs_the_same_whatever_came_before(self, client: FlaskClient) -> None:
        few, many = make_challenge(slug="few"), make_challenge(slug="many")
        win(make_entry(few))
        for _turn in range(3):
            judge(make_entry(many), Judgement.INCORRECT)
            make_entry(many, why_not=Ineligible.AUTOMATIC)
        win(make_entry(many))
        with counted_statements() as cost_of_few:
            client.get("/challenges/few")
        with counted_statements() as cost_of_many:
            client.get("/challenges/many")
        assert len(cost_of_many) == len(cost_of_few)

    @pytest.mark.parametrize(
        ("by_other_terms", "state", "why", "receipt"),
        [
            (
                Judgement.INCORRECT,
                "not correct",
                "1 was not correct",
                "Your answer was not correct. Entry 2 has won.",
            ),
            (
                Judgement.CORRECT,
                "correct, prize not taken",
                "1 was correct, and its prize was not taken",
                "You did not want the prize",
            ),
            (None, "not judged", "1 could not take part", "You did not want the prize"),
        ],
    )
    def test_a_declined_answer_stands_as_it_was_judged_by_the_terms_in_force(
        self, client: FlaskClient, by_other_terms: Judgement | None, state: str, why: str, receipt: str
    ) -> None:
        editor = make_person(role="editor").actor
        challenge = make_challenge(slug="small-challenge")
        declined, winner = make_entry(challenge), make_entry(challenge)
        code = announce(declined)
        with unit_of_work():
            decline_prize(token_of(declined), code)
        with unit_of_work(), amending(editor, challenge, "The key was wrong.") as locked:
            locked.rubric = [{"code": "cause", "words": "names the cause"}]
        if by_other_terms is not None:
            judge(declined, by_other_terms)
        win(winner)
        assert self.states(client) == [state, "winner"]
        page = client.get("/challenges/small-challenge").text
        assert f"1 entry came before it and could not win: {why}." in page
        assert receipt in client.get(f"/receipts/{token_of(declined)}").text

    def test_who_has_lost_a_prize_has_none_for_another_answer_and_it_says_so(
        self, client: FlaskClient
    ) -> None:
        challenge = make_challenge(slug="small-challenge")
        declined, other = (make_entry(challenge, from_address="anna@example.org") for _turn in range(2))
        winner, unjudged = make_entry(challenge), make_entry(challenge)
        judge(other, Judgement.CORRECT)
        code = announce(declined)
        with unit_of_work():
            decline_prize(token_of(declined), code)
        win(winner)
        assert self.states(client) == [
            "correct, prize not taken",
            "correct, its sender has or had a prize with another answer",
            "winner",
            "not judged",
        ]
        assert (
            "1 was of somebody who has or had a prize with another answer"
            in client.get("/challenges/small-challenge").text
        )
        receipt = client.get(f"/receipts/{token_of(unjudged)}").text
        assert "Entry 3 has won; later ones are not judged." in receipt

    def states(self, client: FlaskClient) -> list[str]:
        """What stands in the last column, row by row."""
        page = client.get("/challenges/small-challenge").text
        rows = page.partition('id="entries-title"')[2].split("<tr")[2:]
        cells = [row.split("</tr>")[0].rpartition("State</span>")[2] for row in rows]
        return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]

    def test_drafts_and_unknown_ones_are_not_there(self, client: FlaskClient, sign_in: SignIn) -> None:
        make_challenge(slug="draft", status=ChallengeStatus.DRAFT)
        for slug in ("draft", "unknown", "x" * 500, "%00", "Draft"):
            assert client.get(f"/challenges/{slug}").status_code == 404
        assert sign_in(make_person(role="editor")).get("/challenges/draft").status_code == 200

    def test_the_address_of_an_unpublished_article_is_not_given_away(self, client: FlaskClient) -> None:
        make_challenge(slug="small-challenge", article=make_article(title="Secret draft", published=False))
        assert "Secret draft" not in client.get("/challenges/small-challenge").text

    def test_two_thousand_entries_come_in_pages_of_fifty(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        for _turn in range(51):
            make_entry(challenge)
        first = client.get("/challenges/small-challenge").text
        assert first.count("<time") == 50 + first.split("<table")[0].count("<time")
        (cursor,) = {part.split('"')[0] for part in first.split("/challenges/small-challenge?after=")[1:]}
        second = client.get(f"/challenges/small-challenge?after={cursor}").text
        assert second.split("<table")[1].count("<time") == 1


class TestTheReceipt:
    def receipt(self, client: FlaskClient, entry: Entry) -> str:
        response = client.get(f"/receipts/{token_of(entry)}")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        # Only a form needs one.
        assert "Set-Cookie" not in response.headers or 'name="csrf_token"' in response.text
        return response.text

    def test_it_shows_number_time_and_fingerprint_and_no_verdict_before_the_end(
        self, client: FlaskClient
    ) -> None:
        entry = make_entry(make_challenge(), received_at=NOON)
        judge(entry, Judgement.INCORRECT)
        page = self.receipt(client, entry)
        for fact in ("Entry 1", "2 March 2026 at 13:00:07", entry.delivery.sha256, "Your answer takes part."):
            assert fact in page
        for leak in ("incorrect", "not correct", "secret thoughts", "Piet", "Forty-two"):
            assert leak not in page

    def test_what_is_to_be_done_comes_before_all_that_proves_it(self, client: FlaskClient) -> None:
        winner = make_entry(make_challenge())
        announce(winner)
        page = self.receipt(client, winner)
        order = ["Where it stands", "Claim your prize", "How you can check this", winner.delivery.sha256]
        places = [page.index(words) for words in order]
        assert places == sorted(places)
        folded = page.partition("<details")[2].partition("</details>")[0]
        assert winner.delivery.sha256 in folded
        assert "Where it stands" not in folded

    @pytest.mark.parametrize(
        ("entry", "words"),
        [
            ({"eligible": None}, "Your message is stored."),
            ({"why_not": Ineligible.LATE}, "arrived after the challenge had closed"),
            ({"why_not": Ineligible.EMPTY}, "no text and no attachment"),
            ({"why_not": Ineligible.AUTOMATIC}, "automatic reply"),
            ({"why_not": Ineligible.STAFF}, "do not compete"),
        ],
    )
    def test_it_says_why_an_entry_cannot_win(
        self, client: FlaskClient, entry: dict[str, object], words: str
    ) -> None:
        made = make_entry(make_challenge(), **entry)  # pyright: ignore[reportArgumentType]
        assert words in self.receipt(client, made)

    def test_it_says_what_happens_next_as_long_as_something_does(self, client: FlaskClient) -> None:
        challenge = make_challenge()
        right = make_entry(challenge)
        unread = make_entry(challenge, eligible=None)
        empty = make_entry(challenge, why_not=Ineligible.EMPTY)
        late = make_entry(challenge, why_not=Ineligible.LATE)
        assert "judged in the order of arrival" in self.receipt(client, right)
        assert "A program reads your message." in self.receipt(client, unread)
        assert "The new message gets the next number." in self.receipt(client, empty)
        assert "What happens next" not in self.receipt(client, late)
        win(right)
        for entry in (right, empty, late):
            assert "What happens next" not in self.receipt(client, entry)

    def test_at_the_end_everybody_learns_how_it_went(self, client: FlaskClient) -> None:
        challenge = make_challenge()
        wrong, winner, right, unjudged = (make_entry(challenge) for _turn in range(4))
        judge(wrong, Judgement.INCORRECT)
        judge(right, Judgement.CORRECT)
        win(winner)
        assert "Your answer was not correct. Entry 2 has won." in self.receipt(client, wrong)
        assert "you have won." in self.receipt(client, winner)
        assert "Your answer is correct too, but entry 2 was earlier." in self.receipt(client, right)
        assert "Entry 2 was the first correct one; later ones are not judged." in self.receipt(
            client, unjudged
        )
        for loser in (wrong, right, unjudged):
            assert "Code from the mail" not in self.receipt(client, loser)

    def test_whose_name_was_taken_away_is_asked_for_no_other(self, client: FlaskClient) -> None:
        challenge = make_challenge()
        winner, right = make_entry(challenge), make_entry(challenge)
        judge(right, Judgement.CORRECT)
        win(winner)
        assert "Would you like your name beside it?" in self.receipt(client, right)
        with unit_of_work():
            session.get_one(Entry, right.id).name_refused_at = NOON
        assert "/name" not in self.receipt(client, right)
        form = {"shown_as": "name", "display_name": "Another name"}
        refused = client.post(f"/receipts/{token_of(right)}/name", data=form)
        assert refused.status_code == 422
        assert "so another one cannot be shown." in refused.text

    def test_its_owner_says_whether_they_are_mailed_the_result_as_long_as_there_is_none(
        self, client: FlaskClient
    ) -> None:
        challenge = make_challenge()
        winner = make_entry(challenge)
        entry, other = (make_entry(challenge, from_address="bert@example.org") for _turn in range(2))
        address = f"/receipts/{token_of(entry)}/result"
        assert "We mail you once how it has ended." in self.receipt(client, entry)
        for wanted, words in (
            ("no", "You have chosen not to be mailed the result, and that holds for all your answers here."),
            ("yes", "We mail you once how it has ended."),
        ):
            assert client.post(address, data={"wanted": wanted}).location.endswith(token_of(entry))
            for one in (entry, other):
                assert words in client.get(f"/receipts/{token_of(one)}").text
        # Programs open links, and say nothing with that.
        assert client.get(f"{address}?wanted=no").status_code == 405
        for nobody in (
            make_entry(challenge, why_not=Ineligible.DUPLICATE),
            make_entry(challenge, from_address="", envelope_sender_known=False),
            make_entry(challenge, eligible=None),
        ):
            assert "When it is over" not in self.receipt(client, nobody)
        unconfirmed = make_entry(challenge)
        make_confirmation(unconfirmed)
        page = self.receipt(client, unconfirmed)
        assert "Once you have confirmed that this answer is yours, we mail you how it has ended." in page
        assert f"/receipts/{token_of(unconfirmed)}/result" not in page
        win(winner)
        assert "When it is over" not in self.receipt(client, entry)
        page = client.post(address, data={"wanted": "no"}, follow_redirects=True).text
        assert "This challenge is over already." in page

    def test_whoever_holds_a_prize_is_promised_no_mail_at_their_other_answers(
        self, client: FlaskClient
    ) -> None:
        """Nor does a page say who that is to somebody who has typed an answer in their name."""
        promise = "We mail you once how it has ended."
        challenge = make_challenge()
        with unit_of_work():
            session.add_all(Prize(challenge_id=challenge.id, rank=rank, title="Book") for rank in (1, 2))
        anna, bert = "anna@example.org", "bert@example.org"
        winner, other = (make_entry(challenge, from_address=anna) for _turn in range(2))
        pretended = make_entry(challenge, from_address=anna, door=Door.FORM)
        also_won = make_entry(challenge, from_address=bert)
        judge(also_won, Judgement.CORRECT)
        assert promise in self.receipt(client, other)
        announce(winner)
        assert promise not in self.receipt(client, other)
        assert promise in self.receipt(client, pretended)
        address = f"/receipts/{token_of(other)}/result"
        page = client.post(address, data={"wanted": "no"}, follow_redirects=True).text
        assert "No result is mailed to whoever sent this answer." in page
        make_confirmation(pretended, confirmed_by="code")
        assert promise not in self.receipt(client, pretended)
        # Their prize has come back: they are told how it ends, as everybody.
        editor = make_person(role="editor").actor
        with unit_of_work():
            mark_declined(editor, challenge, winner.number, "They have telephoned.")
        assert promise in self.receipt(client, other)

    def test_of_a_challenge_that_was_called_off_it_says_so_and_why_and_asks_nothing(
        self, client: FlaskClient
    ) -> None:
        editor = make_person(role="editor").actor
        challenge = make_challenge()
        with unit_of_work():
            session.get_one(Challenge, challenge.id).attempts = 1
        winner, tried, again, unread = (
            make_entry(
                challenge, from_address=f"{name}@example.org", eligible=None if name == "cora" else True
            )
            for name in ("anna", "bert", "bert", "cora")
        )
        unconfirmed = make_entry(challenge)
        make_confirmation(unconfirmed)
        machine = make_entry(challenge, why_not=Ineligible.AUTOMATIC)
        announce(winner)
        with unit_of_work():
            cancel_challenge(editor, challenge, "The sponsor <b>left</b>.")
        for entry in (winner, tried, again, unread, unconfirmed, machine):
            page = self.receipt(client, entry)
            assert "The sponsor &lt;b&gt;left&lt;/b&gt;." in page
            assert ("called off, so nobody wins" in page) is (entry is not machine)
            for other in ("takes part", "Is this answer yours?", "This was try", "What happens next"):
                assert other not in page, (entry.number, other)
        assert "This was an automatic reply." in self.receipt(client, machine)

    def test_a_disqualified_answer_reads_its_own_reason_and_what_can_still_be_done(
        self, client: FlaskClient
    ) -> None:
        editor = make_person(role="editor").actor
        challenge = make_challenge()
        out, winner = make_entry(challenge), make_entry(challenge)
        with unit_of_work():
            disqualify(editor, out, "copied", "It was copied.")
        can_be_put_right = "until the winner is announced they can put it right"
        assert can_be_put_right in self.receipt(client, out)
        announce(winner)
        page = self.receipt(client, out)
        assert can_be_put_right not in page
        assert "Write to the editors, as the rules of the challenge say.</p>" in page
        with unit_of_work():
            cancel_challenge(editor, challenge, "The sponsor left.")
        page = self.receipt(client, out)
        _before, _title, of_all = page.partition("Why the challenge was called off")
        assert "The sponsor left." in of_all
        assert "The reason</h2>" not in page
        assert can_be_put_right not in page
        assert "It was copied." in page

    def test_whose_prize_was_taken_back_reads_why_until_it_is_decided(self, client: FlaskClient) -> None:
        editor = make_person(role="editor").actor
        challenge = make_challenge()
        first, second = make_entry(challenge), make_entry(challenge)
        announce(first)
        with unit_of_work(), amending(editor, challenge, "The key was wrong.") as locked:
            locked.rubric = [{"code": "cause", "words": "names the cause"}]
        page = self.receipt(client, first)
        assert "The terms were changed, so all answers are judged once more." in page
        assert "The key was wrong." in page
        assert "The key was wrong." not in self.receipt(client, second)
        judge(first, Judgement.INCORRECT)
        win(second)
        page = self.receipt(client, first)
        assert "Your answer was not correct. Entry 2 has won." in page
        assert "The key was wrong." not in page

    def test_of_a_prize_that_was_lost_before_all_is_judged_again_it_does_not_say_that_the_answer_was_correct(
        self, client: FlaskClient
    ) -> None:
        editor = make_person(role="editor").actor
        challenge = make_challenge()
        declined, winner = make_entry(challenge), make_entry(challenge)
        code = announce(declined)
        with unit_of_work():
            decline_prize(token_of(declined), code)
        words = "Your answer was correct. You did not want the prize."
        assert words in self.receipt(client, declined)
        with unit_of_work(), amending(editor, challenge, "The key was wrong.", judge_again=True):
            pass
        # Nor how it is judged by the new terms, before everybody is told.
        for judgement in (None, Judgement.CORRECT):
            if judgement:
                judge(declined, judgement)
            page = self.receipt(client, declined)
            assert "You did not want the prize." in page
            assert "Your answer was correct." not in page
        win(winner)
        assert words in self.receipt(client, declined)

    def test_while_a_prize_has_come_back_nobody_is_said_to_have_won(self, client: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        declined, other = make_entry(challenge), make_entry(challenge)
        code = announce(declined)
        with unit_of_work():
            decline_prize(token_of(declined), code)
        assert (
            "The result is being verified. Until it is certain nobody is told who has won."
            in self.receipt(client, other)
        )
        page = client.get("/challenges/small-challenge").text
        assert "The result will stand here as soon as it is certain." in page
        assert "winner is being verified" not in page

    def test_at_the_end_whoever_did_not_win_reads_why_as_the_judge_wrote_it(
        self, client: FlaskClient
    ) -> None:
        challenge = make_challenge(slug="small-challenge")
        with unit_of_work():
            challenge.rubric = [
                {"code": "a", "words": "It names a cue."},
                {"code": "b", "words": "It is short."},
            ]
        wrong, twice, winner, unjudged = (make_entry(challenge) for _turn in range(4))
        actor = make_person(role="editor").actor
        for entry, judgement, reason in (
            (wrong, Judgement.INCORRECT, "It is a <b>statement</b>."),
            (twice, Judgement.UNCLEAR, "Is this a question?"),
            (twice, Judgement.INCORRECT, "It is none."),
        ):
            with unit_of_work():
                judge_entry(actor, entry, judgement, reason, ["a"] if entry is wrong else [])
        announce(winner)
        for entry in (wrong, twice):
            assert "in the words of the judges" not in self.receipt(client, entry)
        claim(winner)
        page = self.receipt(client, wrong)
        assert "It is a &lt;b&gt;statement&lt;/b&gt;." in page
        assert "It names a cue." in page
        assert "It is short." not in page
        page = self.receipt(client, twice)
        assert "It is none." in page
        assert "Is this a question?" not in page
        for entry in (winner, unjudged):
            assert "in the words of the judges" not in self.receipt(client, entry)
        assert "statement" not in client.get("/challenges/small-challenge").text

    def test_a_token_that_was_tampered_with_opens_nothing(self, client: FlaskClient) -> None:
        entry = make_entry(make_challenge())
        token = token_of(entry)
        for other in (
            token[:-1],
            f"{token}A",
            token[::-1],
            token.swapcase(),
            entry.token_digest,
            "x" * 5000,
            "%00",
        ):
            assert client.get(f"/receipts/{other}").status_code == 404
            assert (
                client.post(f"/receipts/{other}", data={"code": "X", "shown_as": "initials"}).status_code
                == 404
            )


def _chosen(page: str) -> str:
    """The way to be shown that the form of a receipt has chosen."""
    (checked,) = re.findall(r"<input(?= [^>]*\bchecked\b)[^>]*>", page)
    (value,) = re.findall(r'value="(\w+)"', checked)
    return value


class TestAgreeing:
    def agree(
        self, client: FlaskClient, entry: Entry, code: str, name: str = "Piet B.", shown_as: str = "name"
    ) -> int:
        data = {"shown_as": shown_as, "display_name": name, "code": code}
        return client.post(f"/receipts/{token_of(entry)}", data=data).status_code

    def shown(self) -> str | None:
        session.rollback()
        return session.scalars(sa.select(Award.display_name)).one()

    def test_opening_the_receipt_changes_nothing_however_it_is_asked(self, client: FlaskClient) -> None:
        entry = make_entry(make_challenge())
        code = announce(entry)
        for address in ("", f"?code={code}&display_name=Piet&shown_as=name"):
            client.get(f"/receipts/{token_of(entry)}{address}")
            client.head(f"/receipts/{token_of(entry)}{address}")
        award = session.scalars(sa.select(Award)).one()
        assert (award.display_name, award.agreed_at, award.code_failures) == (None, None, 0)
        assert award.step == "notified"

    def test_the_right_code_shows_the_name_and_can_take_it_back(self, client: FlaskClient) -> None:
        entry = make_entry(make_challenge())
        code = win(entry)
        assert self.agree(client, entry, code) == 303
        assert self.shown() == "Piet B."
        assert self.agree(client, entry, code, shown_as="initials") == 303
        assert self.shown() is None

    def test_the_form_begins_with_what_the_result_shows(self, client: FlaskClient) -> None:
        entry = make_entry(make_challenge(prize="Ten <b>books"), from_name="Piet van den Berg")
        code = win(entry)
        page = client.get(f"/receipts/{token_of(entry)}").text
        for words in ("Congratulations!", "Ten &lt;b&gt;books", "P.B.", "Three groups of four characters."):
            assert words in page
        assert _chosen(page) == "number"
        self.agree(client, entry, code)
        assert _chosen(client.get(f"/receipts/{token_of(entry)}").text) == "name"

    def test_five_wrong_codes_end_it(self, client: FlaskClient) -> None:
        entry = make_entry(make_challenge())
        code = win(entry)
        assert [self.agree(client, entry, f"WRONG{number}") for number in range(5)] == [422] * 5
        page = client.post(
            f"/receipts/{token_of(entry)}", data={"shown_as": "name", "display_name": "Piet", "code": code}
        )
        assert page.status_code == 422
        assert "Too many wrong codes." in page.text
        assert self.shown() is None

    @pytest.mark.parametrize("name", ["", "piet@example.org", "x" * 81])
    def test_what_is_no_name_is_told_at_the_field_and_keeps_what_was_typed(
        self, client: FlaskClient, name: str
    ) -> None:
        entry = make_entry(make_challenge())
        code = win(entry)
        page = client.post(
            f"/receipts/{token_of(entry)}", data={"shown_as": "name", "display_name": name, "code": code}
        )
        assert page.status_code == 422
        assert 'id="display_name-error"' in page.text
        assert f'value="{name}"' in page.text
        assert self.shown() is None

    def test_only_the_winners_receipt_takes_a_code(self, client: FlaskClient) -> None:
        challenge = make_challenge()
        winner, other = make_entry(challenge), make_entry(challenge)
        code = win(winner)
        assert self.agree(client, other, code) == 404
        assert self.agree(client, make_entry(make_challenge()), code) == 404
        assert self.shown() is None


def judge(entry: Entry, judgement: Judgement) -> None:
    """Give a verdict, with a reason that nobody but judges may read."""
    editor = make_person(role="editor").actor
    with unit_of_work():
        judge_entry(editor, entry, judgement, "secret thoughts of the judge")


def test_a_challenge_is_over_at_its_closing_time(client: FlaskClient) -> None:
    challenge: Challenge = make_challenge(slug="small-challenge", closes_at=NOON)
    assert challenge.status == "open"
    with time_machine.travel(NOON - timedelta(seconds=1), tick=False):
        assert "mailto:" in client.get("/challenges/small-challenge").text
    with time_machine.travel(NOON, tick=False):
        assert "mailto:" not in client.get("/challenges/small-challenge").text
