"""What everybody sees: challenges and their results; and what an entrant sees: the receipt."""

from collections.abc import Mapping

from flask import Response as Page
from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.challenges.access import challenge_for, receipt_for
from blog.challenges.actions.entries import choose_result_mail
from blog.challenges.confirming import confirm_signed_in, confirm_with_code, has_its_address
from blog.challenges.forms.answers import ConfirmEntryForm
from blog.challenges.forms.winners import (
    HonourForm,
    WinnerCodeForm,
    WinnerForm,
    honour_form_for,
    winner_form_for,
)
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.policy import needs_address, status_at
from blog.challenges.proofs import newest_checkpoint
from blog.challenges.queries.amendments import amendments_of
from blog.challenges.queries.awards import award_of_entry, prize_of_rank
from blog.challenges.queries.challenges import ended_challenges, open_challenges
from blog.challenges.queries.disqualifications import disqualification_of, tries_over_limit
from blog.challenges.queries.entrants import address_to_tell, result_declined_at
from blog.challenges.queries.entries import can_be_mailed, entries_page, last_judgement
from blog.challenges.queries.ledger import row_of_entry
from blog.challenges.queries.outcomes import Passed, passed_over, told_of
from blog.challenges.queries.results import is_on_roll, roll_of
from blog.challenges.queries.vacancies import can_change_standing
from blog.challenges.values import AwardStep, CodeCheck
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.ledger_pages import cursor_before, keep_secret
from blog.challenges.views.shown import key_shown, shown, shown_all
from blog.challenges.words.outcomes import before_words
from blog.challenges.words.receipts import (
    is_called_off,
    is_to_be_confirmed,
    is_typed,
    next_words,
    reason_words,
    receipt_words,
)
from blog.challenges.words.states import public_entry_words
from blog.challenges.words.taking_part import (
    by_rule_words,
    disqualified_receipt,
    tries_words,
    verdict_reasons,
)
from blog.challenges.words.terms import change_words
from blog.core import clock
from blog.core.config import current_application
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, NotFound
from blog.core.fragments import Fragments
from blog.core.routing import current_actor, public

# Of how many challenges a process remembers how many entries came before the one that won.
_PASSED_OVER_KEPT = 256

_counts = Fragments[Mapping[Passed, int]](_PASSED_OVER_KEPT)


@blueprint.get("/challenges/")
@public
def challenge_list() -> str:
    """All challenges: the open ones first, the first to close before the others."""
    now = clock.now()
    after = request.args.get("after")
    ended = ended_challenges(now, after)
    return render_template(
        "challenges/challenge_list.html",
        open_ones=[] if after else shown_all(open_challenges(now)),
        ended=shown_all(ended.items),
        next_cursor=ended.next_cursor,
        first_page=not after,
    )


def _passed_over(challenge: Challenge, winning_number: int) -> Mapping[Passed, int]:
    """Counted once: after the end no verdict changes, and there may be many entries to count."""
    key = (id(current_application()), challenge.id, winning_number)
    return _counts.get(key, lambda: passed_over(challenge, winning_number))


@blueprint.get("/challenges/<slug>")
@public
def challenge_detail(slug: str) -> str:
    """One challenge: question, prize, state, result, roll of honour, and every entry by number and time."""
    challenge = challenge_for(current_actor(), slug)
    facts = shown(challenge)
    told = told_of(challenge)
    return render_template(
        "challenges/challenge_detail.html",
        challenge=challenge,
        shown=facts,
        amendments=amendments_of(challenge),
        change_words=change_words,
        before_words=[before_words(_passed_over(challenge, result.number)) for result in facts.results],
        roll=roll_of(challenge),
        key_words=key_shown(challenge),
        page=entries_page(challenge, request.args.get("after")),
        winning_numbers=set(told.ranks) if told else set(),
        told=told,
        entry_words=public_entry_words,
        checkpoint=newest_checkpoint(challenge.id),
    )


@blueprint.get("/receipts/<token>")
@public
def receipt_detail(token: str) -> Page:
    """How one entry stands, for whoever has its secret address. Opening it changes nothing."""
    return receipt_page(token, receipt_for(token))


@blueprint.get("/receipts/<token>/confirm")
@public
def confirm_page(token: str) -> Response:
    """Whoever loads the page again that refused a code, or keeps its address, comes back to the receipt."""
    receipt_for(token)
    return redirect(url_for("challenges.receipt_detail", token=token), 303)


@blueprint.post("/receipts/<token>/confirm")
@public
def confirm_entry(token: str) -> Page | Response:
    """Whoever sent an answer says that it is theirs: with the code from the mail, or signed in with its address."""
    entry = receipt_for(token)
    if entry.confirmation is None:
        raise NotFound()
    form = ConfirmEntryForm()
    is_mine = _is_mine(entry)
    if not form.validate_on_submit() or not (is_mine or form.has_code()):
        return receipt_page(token, entry, 422, confirm_form=form)
    try:
        with unit_of_work():
            if is_mine:
                confirm_signed_in(entry)
                check = CodeCheck.AGREED
            else:
                check = confirm_with_code(entry, form.code.data or "")
    except Conflict as error:
        session.rollback()
        flash(str(error), "error")
        return redirect(url_for("challenges.receipt_detail", token=token), 303)
    if check is CodeCheck.AGREED:
        flash(_("Thank you. Your answer can win from now on."), "good")
        return redirect(url_for("challenges.receipt_detail", token=token), 303)
    form.code.errors = [*form.code.errors, _confirm_fault(check)]
    return receipt_page(token, entry, 422, confirm_form=form)


@blueprint.post("/receipts/<token>/result")
@public
def result_mail(token: str) -> Response:
    """Whoever sent an answer says whether they want to be mailed how the challenge ends."""
    receipt_for(token)
    is_wanted = request.form.get("wanted") == "yes"
    try:
        with unit_of_work():
            choose_result_mail(token, is_wanted=is_wanted)
    except Conflict as error:
        session.rollback()
        flash(str(error), "error")
    else:
        flash(
            _("Noted: you are mailed the result.")
            if is_wanted
            else _("Noted: the result is not mailed to you."),
            "good",
        )
    return redirect(url_for("challenges.receipt_detail", token=token), 303)


def _is_mine(entry: Entry) -> bool:
    actor = current_actor()
    return actor.is_authenticated and has_its_address(person_for(actor), entry)


def _confirm_fault(check: CodeCheck) -> str:
    if check is CodeCheck.BLOCKED:
        return _(
            "Too many wrong codes. Answer the mail with your receipt with YES instead, or sign in with the address "
            "that the answer names: both confirm it, too."
        )
    return _("This is not the code from the mail. Look again: it has three groups of four characters.")


def receipt_page(
    token: str,
    entry: Entry,
    status: int = 200,
    *,
    confirm_form: ConfirmEntryForm | None = None,
    winner_form: WinnerForm | None = None,
    code_form: WinnerCodeForm | None = None,
    honour_form: HonourForm | None = None,
    refusal: str = "",
) -> Page:
    """The receipt of an entry, with the form that came back, or as it stands; `refusal` says why nothing was done."""
    challenge, award, told = entry.challenge, award_of_entry(entry), told_of(entry.challenge)
    holds = award is not None and award.is_living
    stage = status_at(challenge, clock.now())
    stands_on_roll = not holds and is_on_roll(entry, told)
    # Where a name was taken away no other is shown; only whoever asks for one is told so.
    may_name = entry.name_refused_at is None or honour_form is not None
    tries = None if holds or is_called_off(entry) else tries_over_limit(entry)
    can_win = bool(entry.eligible) and not (holds or tries or stage.is_over)
    asks = can_win and is_to_be_confirmed(entry)
    address = "" if stage.is_over or holds else address_to_tell(entry)
    why_words = disqualified_receipt(disqualification_of(entry))
    row, checkpoint = row_of_entry(entry), newest_checkpoint(entry.challenge_id)
    page = render_template(
        "challenges/receipt_detail.html",
        entry=entry,
        token=token,
        challenge=challenge,
        refusal=refusal,
        has_rules=bool(challenge.rules),
        award=award if holds else None,
        prize=prize_of_rank(challenge, award.rank) if award is not None and holds else "",
        reason=reason_words(entry, award),
        asks_address=needs_address(challenge),
        words=tries_words(tries) if tries else receipt_words(entry, last_judgement(entry), told, award),
        called_off_why=challenge.ended_why if is_called_off(entry) else "",
        why_words=why_words,
        can_be_put_right=bool(why_words) and can_change_standing(challenge, award),
        verdict_reasons=() if holds else verdict_reasons(entry, told),
        by_rule_words="" if holds else by_rule_words(entry, told),
        key_words=key_shown(challenge),
        is_typed=is_typed(entry),
        next_words=() if tries else next_words(entry, stage),
        form=winner_form or (winner_form_for(award) if award is not None and holds else None),
        code_form=code_form or (WinnerCodeForm(formdata=None) if holds else None),
        is_code_typed=code_form is not None,
        honour_form=(honour_form or honour_form_for(entry)) if stands_on_roll and may_name else None,
        has_won=holds,
        has_lost=award is not None and AwardStep(award.step).is_lost,
        confirm_form=(confirm_form or ConfirmEntryForm(formdata=None)) if asks else None,
        due_at=entry.confirmation.due_at if asks and entry.confirmation else None,
        is_mine=asks and _is_mine(entry),
        tells_result=bool(address),
        result_is_unwanted=bool(address) and bool(result_declined_at(challenge.id, address)),
        tells_result_once_confirmed=asks and not address and can_be_mailed(entry),
        row=row,
        row_cursor=cursor_before(row.position) if row else "",
        checkpoint=checkpoint if row and checkpoint and checkpoint.size > row.position else None,
    )
    response = make_response(page, status)
    keep_secret(response)
    return response
