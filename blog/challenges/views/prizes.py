"""The way of a prize: what a winner does on the page of their receipt, and what the desk does with it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from flask import Response as Page
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import Field, HiddenField, StringField

from blog.challenges.access import desk_challenge_for, receipt_for
from blog.challenges.actions.awards import MAX_CODE_FAILURES, agree_on_name
from blog.challenges.actions.disqualifying import disqualify, reinstate
from blog.challenges.actions.prizes import (
    choose_honour_name,
    conclude,
    correct_tracking,
    decline_prize,
    given_up_at,
    mark_declined,
    mark_expired,
    mark_received,
    mark_returned,
    mark_sent,
    receive_prize,
    remove_public_name,
    send_new_code,
)
from blog.challenges.forms.winners import (
    ActForm,
    DisqualifyWinnerForm,
    HonourForm,
    SentForm,
    ToldReasonForm,
    WinnerCodeForm,
    WinnerForm,
)
from blog.challenges.models.challenges import Challenge
from blog.challenges.models.entries import Entry
from blog.challenges.policy import is_settling, longest_settling, needs_address, status_at
from blog.challenges.queries.awards import all_awards_of, award_of_entry, prize_of_rank
from blog.challenges.queries.entries import entry_numbered
from blog.challenges.queries.outcomes import contest_of, outcome_of
from blog.challenges.queries.results import names_on_roll
from blog.challenges.queries.seen import mark_of, mark_of_ranks
from blog.challenges.queries.vacancies import can_change_standing
from blog.challenges.values import SEND_WITHIN, AwardStep, ChallengeStatus, CodeCheck, Ending, Ineligible
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.desk import JUDGES, REFUSALS
from blog.challenges.views.public import receipt_page
from blog.challenges.views.seen import ranks_seen, seen_still, what_was_seen
from blog.challenges.words.outcomes import progress_words
from blog.challenges.words.prizes import letter_words, step_words
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, InvalidInput, NotFound
from blog.core.permissions import allowed, require
from blog.core.routing import current_actor, public, staff_only


class Act(Protocol):
    """What the desk does with the prize of one entry: who, in which challenge, of which entry, as they have seen it."""

    def __call__(self, actor: Actor, challenge: Challenge, number: int, *, seen: str | None) -> object:
        """Do it. Raises what the action raises."""
        ...


@blueprint.post("/receipts/<token>")
@public
def agree(token: str) -> Page | Response:
    """The winner types the code: they claim the prize, and choose the name that the result shows."""
    entry = _holder(token)
    if isinstance(entry, Response):
        return entry
    form = WinnerForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                check = agree_on_name(
                    token,
                    form.code.data or "",
                    form.chosen_name(),
                    form.typed_address(),
                    shows_initials=form.chose_initials(),
                )
        except InvalidInput as error:
            form.show_faults(error)
        else:
            if check is CodeCheck.AGREED:
                flash(_thanks(entry), "good")
                return redirect(url_for("challenges.receipt_detail", token=token), 303)
            form.code.errors = [*form.code.errors, _code_fault(check)]
    return receipt_page(token, entry, 422, winner_form=form)


@blueprint.get("/receipts/<token>/decline")
@blueprint.get("/receipts/<token>/received")
@blueprint.get("/receipts/<token>/name")
@public
def back_to_receipt(token: str) -> Response:
    """Whoever loads a page again that refused something, or keeps its address, comes back to the receipt."""
    receipt_for(token)
    return redirect(url_for("challenges.receipt_detail", token=token), 303)


@blueprint.post("/receipts/<token>/decline")
@public
def decline(token: str) -> Page | Response:
    """The winner does not want the prize, and types the code to say so."""
    thanks = _("You have declined the prize. Thank you for taking part.")
    return _with_code(token, decline_prize, thanks)


@blueprint.post("/receipts/<token>/received")
@public
def received(token: str) -> Page | Response:
    """The winner says that the prize has come, and types the code."""
    return _with_code(token, receive_prize, _("Thank you for telling us."))


@blueprint.post("/receipts/<token>/name")
@public
def honour(token: str) -> Page | Response:
    """Somebody with a correct answer says whether their name stands on the roll of honour."""
    entry = receipt_for(token)
    form = HonourForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                choose_honour_name(token, form.chosen_name())
        except InvalidInput as error:
            form.show_faults(error)
        else:
            flash(_("Thank you. The roll of honour shows it from now on."), "good")
            return redirect(url_for("challenges.receipt_detail", token=token), 303)
    return receipt_page(token, entry, 422, honour_form=form)


@blueprint.get("/desk/challenges/<slug>/prizes")
@staff_only(*JUDGES)
def desk_prizes(slug: str) -> str:
    """Who has won what, how far each prize has come, and where it is to be sent: only who handles it sees that."""
    return _prizes(_handled(slug))


@blueprint.post("/desk/challenges/<slug>/prizes/<int:number>/sent")
@staff_only(*JUDGES)
def desk_prize_sent(slug: str, number: int) -> Response | tuple[str, int]:
    """The prize of an entry is on its way."""
    form = SentForm()
    return _act(
        slug,
        number,
        form,
        partial(mark_sent, tracking=form.tracking.data or ""),
        _("Noted. The winner is told that the prize is on its way."),
    )


@blueprint.post("/desk/challenges/<slug>/prizes/<int:number>/received")
@staff_only(*JUDGES)
def desk_prize_received(slug: str, number: int) -> Response | tuple[str, int]:
    """The prize of an entry has come."""
    return _act(slug, number, ActForm(), mark_received, _("Noted: the prize has come."))


@blueprint.post("/desk/challenges/<slug>/prizes/<int:number>/declined")
@staff_only(*JUDGES)
def desk_prize_declined(slug: str, number: int) -> Response | tuple[str, int]:
    """The winner has told the desk that they do not want the prize."""
    form = ToldReasonForm()
    return _act(
        slug,
        number,
        form,
        partial(mark_declined, reason=form.reason.data or ""),
        _("Noted, and the winner is told so. The prize passes to the next correct entry, if there is one."),
    )


@blueprint.post("/desk/challenges/<slug>/prizes/<int:number>/disqualified")
@staff_only(*JUDGES)
def desk_prize_disqualified(slug: str, number: int) -> Response | tuple[str, int]:
    """Take an entry out of the challenge that was to get a prize, or has lost one."""
    form = DisqualifyWinnerForm()
    code, reason = form.code.data or "", form.reason.data or ""

    def keep_out(actor: Actor, challenge: Challenge, number: int, *, seen: str | None) -> None:
        disqualify(actor, _entry_of(challenge, number), code, reason, seen=seen)

    done = _("Entry %(number)s is disqualified, and its sender is told why.", number=number)
    return _act(slug, number, form, keep_out, done)


@blueprint.post("/desk/challenges/<slug>/prizes/<int:number>/reinstated")
@staff_only(*JUDGES)
def desk_prize_reinstated(slug: str, number: int) -> Response | tuple[str, int]:
    """Let an entry take part again that was to get a prize, and does not get it any more."""
    form = ToldReasonForm()
    reason = form.reason.data or ""

    def let_in(actor: Actor, challenge: Challenge, number: int, *, seen: str | None) -> None:
        reinstate(actor, _entry_of(challenge, number), reason, seen=seen)

    return _act(slug, number, form, let_in, _("Entry %(number)s takes part again.", number=number))


@blueprint.post("/desk/challenges/<slug>/prizes/<int:number>/expired")
@staff_only(*JUDGES)
def desk_prize_expired(slug: str, number: int) -> Response | tuple[str, int]:
    """The winner cannot be reached, and has had as much time as any other."""
    form = ToldReasonForm()
    return _act(
        slug,
        number,
        form,
        partial(mark_expired, reason=form.reason.data or ""),
        _("Noted. The prize passes to the next correct entry, if there is one."),
    )


@blueprint.post("/desk/challenges/<slug>/prizes/<int:number>/code")
@staff_only(*JUDGES)
def desk_prize_code(slug: str, number: int) -> Response | tuple[str, int]:
    """A winner gets a new code, as the earlier one is lost or blocked."""
    return _act(
        slug,
        number,
        ActForm(),
        send_new_code,
        _("A new code is on its way. The earlier one is good for nothing."),
    )


@blueprint.post("/desk/challenges/<slug>/prizes/<int:number>/tracking")
@staff_only(*JUDGES)
def desk_prize_tracking(slug: str, number: int) -> Response | tuple[str, int]:
    """How a prize can be followed was mistyped."""
    form = SentForm()
    return _act(
        slug,
        number,
        form,
        partial(correct_tracking, tracking=form.tracking.data or ""),
        _("Put right. The winner is told how it can be followed."),
    )


@blueprint.post("/desk/challenges/<slug>/prizes/<int:number>/returned")
@staff_only(*JUDGES)
def desk_prize_returned(slug: str, number: int) -> Response | tuple[str, int]:
    """The parcel has come back to us."""
    return _act(
        slug, number, ActForm(), mark_returned, _("Noted. The winner is told, and can give another address.")
    )


@blueprint.post("/desk/challenges/<slug>/prizes/<int:number>/name")
@staff_only(*JUDGES)
def desk_prize_name(slug: str, number: int) -> Response | tuple[str, int]:
    """Take away a name that is shown with an answer."""
    form = ToldReasonForm()
    return _act(
        slug,
        number,
        form,
        partial(remove_public_name, reason=form.reason.data or ""),
        _("The name is shown no more, and its sender is told why."),
    )


@blueprint.post("/desk/challenges/<slug>/conclude")
@staff_only(*JUDGES)
def desk_conclude(slug: str) -> Response | tuple[str, int]:
    """End a challenge of which nobody else can win a prize that is left."""
    challenge, form = _handled(slug), ToldReasonForm()
    try:
        with unit_of_work():
            how = conclude(current_actor(), challenge, form.reason.data or "", seen=ranks_seen())
    except REFUSALS as error:
        session.rollback()
        refusal, seen = form.show_refusal(error), seen_still(error)
        return _prizes(challenge, form, refusal, typed="conclude", seen=seen), error.status
    told = (
        _("The challenge is over: its winners stand on its page.")
        if how is Ending.FINAL
        else _("The challenge is over, without a winner.")
    )
    flash(told, "good")
    return redirect(url_for("challenges.desk_prizes", slug=slug), 303)


def _holder(token: str) -> Entry | Response:
    """The entry of a receipt that holds a prize. One that had one before goes back to the page that tells why."""
    entry = receipt_for(token)
    award = award_of_entry(entry)
    if award is None:
        raise NotFound()
    if not award.is_living:
        flash(_("This prize is not yours any more. The page of your receipt says why."), "error")
        return redirect(url_for("challenges.receipt_detail", token=token), 303)
    return entry


def _with_code(token: str, act: Callable[[str, str], CodeCheck], thanks: str) -> Page | Response:
    entry = _holder(token)
    if isinstance(entry, Response):
        return entry
    form = WinnerCodeForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                check = act(token, form.code.data or "")
        except Conflict as error:
            session.rollback()
            return receipt_page(token, receipt_for(token), error.status, code_form=form, refusal=str(error))
        if check is CodeCheck.AGREED:
            flash(thanks, "good")
            return redirect(url_for("challenges.receipt_detail", token=token), 303)
        form.code.errors = [*form.code.errors, _code_fault(check)]
    return receipt_page(token, entry, 422, code_form=form)


def _thanks(entry: Entry) -> str:
    award = award_of_entry(entry)
    step = award.step if award is not None and needs_address(entry.challenge) else ""
    if step in {AwardStep.CLAIMED, AwardStep.RETURNED} and not (award and award.address):
        return _("Thank you, the prize is yours. We do not know yet where to send it: tell us below.")
    if step == AwardStep.RETURNED:
        return _("Thank you. We have your new address, and the editors send the prize once more.")
    if entry.challenge.status == ChallengeStatus.PROVISIONAL:
        return _("Thank you, the prize is yours. The result shows it once the challenge is over.")
    return _("Thank you. The result shows it from now on.")


def _code_fault(check: CodeCheck) -> str:
    if check is CodeCheck.BLOCKED:
        return _("Too many wrong codes. Write to the editors: they can send you a new one.")
    if check is CodeCheck.LATE:
        return _("The time to claim this prize is over.")
    return _("This is not the code from the mail. Look again: it has three groups of four characters.")


def _entry_of(challenge: Challenge, number: int) -> Entry:
    entry = entry_numbered(challenge, number)
    if entry is None:
        raise Conflict(_("Entry %(number)s holds no prize (any more).", number=number))
    return entry


def _handled(slug: str) -> Challenge:
    """A challenge whose prizes this person handles. Raises `NotFound` and `Forbidden`."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    require(actor, "award:handle", challenge)
    return challenge


def _act(slug: str, number: int, form: ActForm, act: Act, done: str) -> Response | tuple[str, int]:
    challenge, typed = _handled(slug), f"{(request.endpoint or '').rpartition('_')[2]}-{number}"
    if not form.validate_on_submit():
        return _prizes(challenge, form, typed=typed, seen=seen_still()), 422
    try:
        with unit_of_work():
            act(current_actor(), challenge, number, seen=what_was_seen())
    except REFUSALS as error:
        session.rollback()
        refusal, seen = form.show_refusal(error), seen_still(error)
        return _prizes(challenge, form, refusal, typed=typed, seen=seen), error.status
    flash(done, "good")
    return redirect(url_for("challenges.desk_prizes", slug=slug), 303)


def _prizes(
    challenge: Challenge,
    form: ActForm | None = None,
    refusal: str = "",
    *,
    typed: str = "",
    seen: str | None = None,
) -> str:
    """The page of the prizes. A form that came back stands where it was typed: at the act and the entry `typed`.

    It still holds for what its reader has `seen`, unless that is None: then for what they see now.
    """
    awards, now = all_awards_of(challenge), clock.now()
    outcome, contest = outcome_of(challenge), contest_of(challenge)
    status = status_at(challenge, now)
    may_be_under_way = is_settling(challenge, now, longest_settling())
    is_left = not outcome.waiting_for and outcome.unconfirmed is None
    nobody_else = is_left and len(outcome.winners) == len(contest.holders)
    is_told = any(award.step == AwardStep.NOTIFIED and award.is_living for award in awards)

    placed: list[str] = []

    def form_at(kind: type[ActForm], act: str, **known: str) -> ActForm:
        placed.append(act)
        mine = form if form is not None and act == typed else kind(formdata=None, data=known)
        return mine.named(act)

    def held_for(act: str, now: str) -> str:
        return seen if seen is not None and act == typed else now

    def left_over() -> Sequence[Field]:
        """What was typed for an act that cannot be done any more: it stays, to be copied."""
        if form is None or typed in placed:
            return []
        typed_in = (
            each for each in form if isinstance(each, StringField) and not isinstance(each, HiddenField)
        )
        return [field for field in typed_in if field.data]

    return render_template(
        "challenges/desk_prizes.html",
        challenge=challenge,
        status=status,
        awards=awards,
        prizes={award.rank: prize_of_rank(challenge, award.rank) for award in awards},
        step_words=step_words,
        letter_words=letter_words,
        max_code_failures=MAX_CODE_FAILURES,
        can_be_reinstated={
            award.entry.id
            for award in awards
            if award.entry.why_not == Ineligible.DISQUALIFIED and can_change_standing(challenge, award)
        },
        can_be_kept_out={
            award.entry.id
            for award in awards
            if AwardStep(award.step).is_lost and award.entry.eligible and not status.is_over
        },
        given_up={award.id for award in awards if (since := given_up_at(award)) is not None and since <= now},
        names=names_on_roll(challenge),
        may_disqualify=allowed(current_actor(), "entry:disqualify", challenge),
        may_remove_names=allowed(current_actor(), "entry:remove_name", challenge),
        steps=AwardStep,
        overdue_since=now - SEND_WITHIN,
        asks_address=needs_address(challenge),
        progress=_("Mail that was sent in time may still be under way. Wait a little.")
        if nobody_else and may_be_under_way
        else progress_words(outcome, contest, challenge.entry_total, is_to_be_claimed=is_told),
        can_conclude=nobody_else
        and not is_told
        and not may_be_under_way
        and status in {ChallengeStatus.CLOSED, ChallengeStatus.PROVISIONAL},
        refusal=refusal,
        typed=typed,
        mark_of=mark_of,
        holders=mark_of_ranks(contest.holders),
        seen=held_for,
        left_over=left_over,
        sent_form=partial(form_at, SentForm),
        reason_form=partial(form_at, ToldReasonForm),
        disqualify_form=partial(form_at, DisqualifyWinnerForm),
    )
