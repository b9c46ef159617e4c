"""What everybody sees: challenges and their results; and what an entrant sees: the receipt."""

from collections.abc import Mapping

from flask import Response as Page
from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.challenges.access import challenge_for, receipt_for
from blog.challenges.actions.awards import agree_on_name
from blog.challenges.confirming import confirm_signed_in, confirm_with_code, has_its_address
from blog.challenges.forms.answers import ConfirmEntryForm
from blog.challenges.forms.winners import WinnerForm, winner_form_for
from blog.challenges.models.awards import Award
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.policy import status_at
from blog.challenges.queries.amendments import amendments_of
from blog.challenges.queries.awards import award_of
from blog.challenges.queries.challenges import ended_challenges, open_challenges
from blog.challenges.queries.disqualifications import disqualification_of, tries_over_limit
from blog.challenges.queries.entries import entries_page, last_judgement
from blog.challenges.queries.outcomes import outcome_of, passed_over
from blog.challenges.values import CodeCheck, Ineligible
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.shown import shown, shown_all
from blog.challenges.words.outcomes import before_words
from blog.challenges.words.receipts import is_to_be_confirmed, is_typed, next_words, receipt_words
from blog.challenges.words.states import public_entry_words
from blog.challenges.words.taking_part import disqualified_receipt, tries_words
from blog.challenges.words.terms import change_words
from blog.core import clock
from blog.core.config import current_application
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, InvalidInput, NotFound
from blog.core.fragments import Fragments
from blog.core.routing import current_actor, public

# Of how many challenges a process remembers how many entries came before the one that won.
_PASSED_OVER_KEPT = 256

_over_limits = Fragments[frozenset[int]](_PASSED_OVER_KEPT)
_counts = Fragments[Mapping[Ineligible | None, int]](_PASSED_OVER_KEPT)


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


def _passed_over(challenge: Challenge, winning_number: int) -> Mapping[Ineligible | None, int]:
    """Counted once: after the announcement no verdict changes, and there may be many entries to count."""
    key = (id(current_application()), challenge.id, winning_number)
    return _counts.get(key, lambda: passed_over(challenge, winning_number, _over_limit(challenge)))


def _over_limit(challenge: Challenge) -> frozenset[int]:
    """The entries beyond the tries of their senders. Found once, as above: once a winner is announced."""
    if challenge.attempts is None:
        return frozenset()
    key = (id(current_application()), challenge.id)
    return _over_limits.get(key, lambda: outcome_of(challenge).over_limit)


@blueprint.get("/challenges/<slug>")
@public
def challenge_detail(slug: str) -> str:
    """One challenge: question, prize, state, result, and every entry by number and time."""
    challenge = challenge_for(current_actor(), slug)
    facts = shown(challenge)
    winner = facts.result
    return render_template(
        "challenges/challenge_detail.html",
        challenge=challenge,
        shown=facts,
        amendments=amendments_of(challenge),
        change_words=change_words,
        before_words=before_words(_passed_over(challenge, winner.number)) if winner else "",
        page=entries_page(challenge, request.args.get("after")),
        winning_number=winner.number if winner else None,
        over_limit=_over_limit(challenge) if winner else frozenset(),
        entry_words=public_entry_words,
    )


@blueprint.get("/receipts/<token>")
@public
def receipt_detail(token: str) -> Page:
    """How one entry stands, for whoever has its secret address. Opening it changes nothing."""
    entry = receipt_for(token)
    award = award_of(entry.challenge)
    form = winner_form_for(award) if award else None
    return _receipt(token, entry, award, form)


@blueprint.post("/receipts/<token>")
@public
def agree(token: str) -> Page | Response:
    """The winner types the code, and chooses the name that the result shows."""
    entry = receipt_for(token)
    form = WinnerForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                check = agree_on_name(token, form.code.data or "", form.chosen_name())
        except InvalidInput as error:
            form.show_faults(error)
        else:
            if check is CodeCheck.AGREED:
                flash(_("Thank you. The result shows it from now on."), "good")
                return redirect(url_for("challenges.receipt_detail", token=token), 303)
            form.code.errors = [*form.code.errors, _code_fault(check)]
    return _receipt(token, entry, award_of(entry.challenge), form, 422)


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
        return _receipt(token, entry, award_of(entry.challenge), None, 422, confirm_form=form)
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
    return _receipt(token, entry, award_of(entry.challenge), None, 422, confirm_form=form)


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


def _code_fault(check: CodeCheck) -> str:
    if check is CodeCheck.BLOCKED:
        return _("Too many wrong codes. The editors, who write to you about the prize, can help you.")
    return _("This is not the code from the mail. Look again: it has three groups of four characters.")


def _receipt(
    token: str,
    entry: Entry,
    award: Award | None,
    form: WinnerForm | None,
    status: int = 200,
    *,
    confirm_form: ConfirmEntryForm | None = None,
) -> Page:
    asks = award is None and bool(entry.eligible) and is_to_be_confirmed(entry)
    has_won = award is not None and award.entry_id == entry.id
    tries = None if has_won else tries_over_limit(entry)
    standing = receipt_words(entry, last_judgement(entry), award.entry.number if award else None)
    page = render_template(
        "challenges/receipt_detail.html",
        entry=entry,
        token=token,
        challenge=entry.challenge,
        award=award,
        words=tries_words(tries) if tries else standing,
        why_words=disqualified_receipt(disqualification_of(entry)),
        is_typed=is_typed(entry),
        next_words=() if tries else next_words(entry, status_at(entry.challenge, clock.now())),
        form=form if has_won else None,
        has_won=has_won,
        confirm_form=(confirm_form or ConfirmEntryForm(formdata=None)) if asks else None,
        due_at=entry.confirmation.due_at if asks and entry.confirmation else None,
        is_mine=asks and _is_mine(entry),
    )
    response = make_response(page, status)
    # The address is the secret: no cache, no search engine and no other site may learn it.
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
