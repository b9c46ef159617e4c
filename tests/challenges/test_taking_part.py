"""Who may take part: disqualified entries, one try too many, and entries that may be of one person."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import close_challenge
from blog.challenges.actions.disqualifying import disqualify, reinstate
from blog.challenges.actions.prizes import conclude, mark_declined
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.confirming import confirm
from blog.challenges.models.challenges import Challenge, Prize
from blog.challenges.models.disqualifications import Disqualification
from blog.challenges.models.entries import Entry
from blog.challenges.models.ledger import LedgerLeaf
from blog.challenges.queries.outcomes import Passed, outcome_of, over_limit_of, passed_over
from blog.challenges.queries.results import roll_of
from blog.challenges.values import ConfirmedBy, Ineligible, Judgement
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, DomainError, Forbidden, InvalidInput, RuleBroken
from blog.mailroom.values import Door
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.articles import make_article
from tests.factories.challenges import make_challenge, make_confirmation, make_entry, token_of
from tests.support.prizes import claim

pytestmark = pytest.mark.usefixtures("app")

DESK = "/desk/challenges/small-challenge"


@pytest.fixture
def editor(sign_in: SignIn) -> FlaskClient:
    return sign_in(make_person(role="editor", name="Eva Streng", email="eva@example.org"))


def judge(entry: Entry, judgement: Judgement = Judgement.CORRECT) -> None:
    actor = make_person(role="editor").actor
    with unit_of_work():
        judge_entry(actor, entry, judgement, "because")


def out(
    entry: Entry, reason: str = "It breaks rule 3.", code: str = "against_rules", role: str = "editor"
) -> None:
    actor = make_person(role=role, name="Eva Streng").actor
    with unit_of_work():
        disqualify(actor, entry, code, reason)


def back(entry: Entry, reason: str = "We were wrong.") -> None:
    actor = make_person(role="editor").actor
    with unit_of_work():
        reinstate(actor, entry, reason)


def announce(challenge: Challenge) -> None:
    actor = make_person(role="editor").actor
    with unit_of_work():
        announce_winner(actor, challenge)


def fresh(entry: Entry) -> Entry:
    session.rollback()
    return session.get_one(Entry, entry.id)


class TestDisqualifying:
    def test_it_cannot_win_and_blocks_nobody_and_keeps_its_verdicts(self) -> None:
        challenge = make_challenge()
        first, second = make_entry(challenge), make_entry(challenge)
        judge(first)
        judge(second)
        out(first)
        now = fresh(first)
        assert (now.eligible, now.why_not, now.ruling) == (False, "disqualified", "correct")
        assert outcome_of(challenge).candidate == 2
        back(first)
        assert outcome_of(challenge).candidate == 1

    def test_its_standing_with_the_hash_of_the_reason_is_in_the_ledger(self) -> None:
        first = make_entry(make_challenge())
        out(first)
        back(first)
        rows = session.scalars(
            sa.select(LedgerLeaf.sealed).where(LedgerLeaf.kind == "standing").order_by(LedgerLeaf.position)
        ).all()
        rows = rows[-3:]
        assert [row is not None and '"reason":null' in row for row in rows] == [True, False, False]
        assert [row is not None and '"why":"disqualified"' in row for row in rows] == [False, True, False]
        one = session.scalars(sa.select(Disqualification)).one()
        assert (one.reason, one.lifted_why, len(one.reason_salt), len(one.lifted_salt or b"")) == (
            "It breaks rule 3.",
            "We were wrong.",
            32,
            32,
        )

    @pytest.mark.parametrize(
        ("code", "reason"), [("", "Why."), ("made-up", "Why."), ("copied", " "), ("copied", "x" * 2001)]
    )
    def test_without_its_reason_nothing_happens(self, code: str, reason: str) -> None:
        entry = make_entry(make_challenge())
        with pytest.raises(InvalidInput):
            out(entry, reason, code)
        assert fresh(entry).eligible is True

    def test_only_editors_do_it(self) -> None:
        author = make_person(role="author")
        entry = make_entry(make_challenge(article=make_article(author=author)))
        with pytest.raises(Forbidden), unit_of_work():
            disqualify(author.actor, entry, "copied", "It is mine.")

    def test_what_cannot_win_is_unread_or_out_already_is_refused(self) -> None:
        challenge = make_challenge()
        late, unread, other = (
            make_entry(challenge, why_not=Ineligible.LATE),
            make_entry(challenge, eligible=None),
            make_entry(challenge),
        )
        for entry in (late, unread):
            with pytest.raises(RuleBroken):
                out(entry)
        out(other)
        with pytest.raises(Conflict):
            out(other)
        with pytest.raises(Conflict):
            back(late)

    def test_once_it_is_decided_nothing_of_it_changes(self) -> None:
        challenge = make_challenge()
        first, second, third = (make_entry(challenge) for _turn in range(3))
        out(first)
        judge(second)
        announce(challenge)
        with pytest.raises(Conflict):
            out(third)
        with pytest.raises(Conflict):
            back(first)

    def test_the_receipt_tells_why_and_not_who(self, client: FlaskClient) -> None:
        entry = make_entry(make_challenge())
        out(entry, "It was sent by a program.")
        page = client.get(f"/receipts/{token_of(fresh(entry))}?lang=en").text
        assert "The editors have decided that this answer cannot take part" in page
        assert "against another rule of the challenge" in page
        assert "It was sent by a program." in page
        assert "Eva" not in page

    def test_the_desk_disqualifies_and_lifts_it_again(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        entry = make_entry(challenge)
        address = f"{DESK}/entries/1"
        missing = editor.post(f"{address}/disqualify?lang=en", data={"code": "", "reason": "It copies."})
        assert missing.status_code == 422
        assert "Choose why." in missing.text
        assert "It copies.</textarea>" in missing.text
        done = editor.post(f"{address}/disqualify", data={"code": "copied", "reason": "It copies."})
        assert (done.status_code, done.location) == (303, address)
        page = editor.get(f"{address}?lang=en").text
        assert "disqualified: somebody else’s answer" in page
        assert 'name="judgement"' not in page
        assert '<span class="badge badge--neutral">disqualified</span>' in editor.get(f"{DESK}?lang=en").text
        assert editor.post(f"{address}/reinstate", data={"reason": ""}).status_code == 422
        assert editor.post(f"{address}/reinstate", data={"reason": "It does not."}).status_code == 303
        page = editor.get(f"{address}?lang=en").text
        assert "It does not." in page
        assert 'name="judgement"' in page
        assert fresh(entry).why_not is None

    def test_ones_own_answer_is_let_in_again_by_somebody_else(self) -> None:
        eva, other = (make_person(role="editor") for _turn in range(2))
        entry = make_entry(make_challenge(), from_address=eva.email)
        with unit_of_work():
            disqualify(eva.actor, entry, "kept_out", "I work here.")
        with pytest.raises(Conflict) as refused, unit_of_work():
            reinstate(eva.actor, fresh(entry), "I do not.")
        assert "came from your own address" in str(refused.value)
        with unit_of_work():
            reinstate(other.actor, fresh(entry), "She does not.")
        assert fresh(entry).eligible

    def test_an_author_is_not_offered_it(self, sign_in: SignIn) -> None:
        author = make_person(role="author")
        challenge = make_challenge(slug="small-challenge", article=make_article(author=author))
        make_entry(challenge, from_address="one@example.org")
        make_entry(challenge, from_address="one@example.org")
        page = sign_in(author).get(f"{DESK}/entries/1?lang=en").text
        assert "Disqualify" not in page
        assert "Perhaps of the same person" not in page
        assert "Perhaps of the same person" not in sign_in(author).get(f"{DESK}?lang=en").text

    def test_it_is_done_from_the_command_line_too(self, app: Flask, editor: FlaskClient) -> None:
        make_entry(make_challenge(slug="small-challenge"))
        run = app.test_cli_runner().invoke
        by = ["--by", "eva@example.org", "--reason", "It copies."]
        done = run(args=["challenges", "disqualify", "small-challenge", "1", "copied", *by])
        assert (done.exit_code, "cannot take part any more" in done.output) == (0, True)
        assert run(args=["challenges", "disqualify", "small-challenge", "1", "copied", *by]).exit_code == 1
        assert run(args=["challenges", "reinstate", "small-challenge", "1", *by]).exit_code == 0


class TestTries:
    def limited(self, attempts: int = 2) -> Challenge:
        challenge = make_challenge(slug="small-challenge")
        with unit_of_work():
            challenge = session.get_one(Challenge, challenge.id)
            challenge.attempts = attempts
        return challenge

    def test_one_try_too_many_is_shown_at_the_desk_and_on_the_receipt(
        self, editor: FlaskClient, client: FlaskClient
    ) -> None:
        challenge = self.limited()
        entries = [make_entry(challenge, from_address="anna@example.org") for _turn in range(3)]
        page = editor.get(f"{DESK}/entries/3?lang=en").text
        assert "It is try 3 of its sender, and the rules count 2" in page
        assert "one try too many" in editor.get(f"{DESK}?lang=en").text
        assert "anna" not in page
        receipt = client.get(f"/receipts/{token_of(entries[2])}?lang=en").text
        assert "This was try 3 from your address; the rules count 2 of them, so it cannot win." in receipt
        assert "This was try" not in client.get(f"/receipts/{token_of(entries[1])}?lang=en").text

    def test_a_try_that_is_not_proven_uses_up_nobodys(self, client: FlaskClient) -> None:
        challenge = self.limited(1)
        forged, own = (make_entry(challenge, from_address="anna@example.org") for _turn in range(2))
        make_confirmation(forged)
        assert "This was try" not in client.get(f"/receipts/{token_of(own)}?lang=en").text

    def test_what_everybody_reads_of_it_is_what_decides(self) -> None:
        challenge = self.limited(2)
        names = ["anna", "bert", "anna", "anna", "anna", "", "", "", "anna", "bert", "bert"]
        made = [make_entry(challenge, from_address=f"{each}@example.org" if each else "") for each in names]
        make_confirmation(made[0])
        make_confirmation(made[8])
        out(made[2])
        assert over_limit_of(challenge) == outcome_of(challenge).over_limit == {9, 11}

    def test_at_the_end_everybody_reads_it_and_it_is_no_wrong_answer(self, client: FlaskClient) -> None:
        challenge = self.limited(1)
        for address in ("anna", "anna", "bert"):
            make_entry(challenge, from_address=f"{address}@example.org")
        first, _second, third = session.scalars(sa.select(Entry).order_by(Entry.number)).all()
        assert "one try too many" not in client.get("/challenges/small-challenge?lang=en").text
        judge(first, Judgement.INCORRECT)
        judge(third)
        announce(challenge)
        assert passed_over(challenge, 3) == {Passed.INCORRECT: 1, Passed.BARRED: 1}

    def told_with_an_older_answer_unsure(self) -> tuple[Challenge, Entry]:
        """With one try each: the answer of a winner, who has sent an earlier one that they confirm after that."""
        challenge = self.limited(1)
        actor = make_person(role="editor").actor
        with unit_of_work():
            for rank in (1, 2):
                session.add(Prize(challenge_id=challenge.id, rank=rank, title=f"Book {rank}"))
        unsure, winner = (make_entry(challenge, from_address="anna@example.org") for _turn in range(2))
        make_confirmation(unsure)
        judge(unsure, Judgement.INCORRECT)
        judge(winner)
        with unit_of_work():
            close_challenge(actor, challenge)
        announce(challenge)
        with unit_of_work():
            assert confirm(session.get_one(Entry, unsure.id), ConfirmedBy.CODE)
        return session.get_one(Challenge, challenge.id), winner

    def test_what_comes_later_makes_no_answer_one_too_many_that_has_won(self) -> None:
        challenge, winner = self.told_with_an_older_answer_unsure()
        third = make_entry(challenge, from_address="anna@example.org")
        assert over_limit_of(challenge) == outcome_of(challenge).over_limit == {3}
        claim(winner)
        actor = make_person(role="editor").actor
        with unit_of_work():
            conclude(actor, challenge, "Nobody else was right.")
        assert [(one.number, one.rank) for one in roll_of(challenge).honours] == [(2, 1)]
        assert passed_over(challenge, third.number) == {Passed.INCORRECT: 1, Passed.WON: 1}

    def test_nor_one_that_has_lost_its_prize(self, client: FlaskClient, editor: FlaskClient) -> None:
        challenge, winner = self.told_with_an_older_answer_unsure()
        actor = make_person(role="editor").actor
        with unit_of_work():
            mark_declined(actor, challenge, 2, "They have telephoned.")
        assert over_limit_of(challenge) == outcome_of(challenge).over_limit == frozenset()
        receipt = client.get(f"/receipts/{token_of(winner)}?lang=en").text
        assert "The editors have noted that you do not want the prize." in receipt
        assert "This was try" not in receipt
        for page in ("", "/entries/2"):
            assert "one try too many" not in editor.get(f"{DESK}{page}?lang=en").text
        with unit_of_work():
            conclude(actor, challenge, "Nobody else was right.")
        assert [(one.number, one.rank) for one in roll_of(challenge).honours] == [(2, None)]


class TestOnePerson:
    def test_it_says_which_share_what_and_never_what_it_is(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        make_entry(challenge, from_address="anna@example.org", from_name="Anna Bos")
        make_entry(challenge, from_address="other@example.org", from_name="ANNA BOS")
        make_entry(challenge, from_address="anna@example.org", from_name="Somebody")
        make_entry(challenge, from_address="bert@example.org", from_name="Bert")
        page = editor.get(f"{DESK}/entries/1?lang=en").text
        side = page.split("Perhaps of the same person")[1]
        assert f'<a href="{DESK}/entries/2">Entry 2</a>: the same name' in side
        assert f'<a href="{DESK}/entries/3">Entry 3</a>: the same address' in side
        assert "entries/4" not in side.split("</ul>")[0]
        listed = editor.get(f"{DESK}?lang=en").text
        assert "Entries 1 and 3 come from the same address." in listed
        assert "Entries 1 and 2 have the same name above them." in listed
        for text in (page, listed):
            for leak in ("Anna", "ANNA", "Bos", "anna@", "192.0.2.1"):
                assert leak not in text
        assert "Perhaps of the same person" not in editor.get(f"{DESK}/entries/4").text

    def test_only_what_was_typed_here_shares_a_connection(self, editor: FlaskClient) -> None:
        challenge = make_challenge(slug="small-challenge")
        for name, door in (("Ann", Door.FORM), ("Bo", Door.SMTP), ("Cy", Door.FORM), ("Di", Door.SMTP)):
            make_entry(challenge, from_name=name, door=door)
        listed = editor.get(f"{DESK}?lang=en").text
        assert "Entries 1 and 3 were typed at the same connection." in listed
        assert "Entries 2" not in listed

    def test_nothing_follows_from_it(self) -> None:
        challenge = make_challenge()
        first, second = (make_entry(challenge, from_address="anna@example.org") for _turn in range(2))
        judge(first, Judgement.INCORRECT)
        judge(second)
        assert outcome_of(challenge).candidate == 2


def test_a_stranger_to_the_desk_disqualifies_nobody() -> None:
    entry = make_entry(make_challenge())
    with pytest.raises(DomainError):
        out(entry, role="moderator")
