"""The desk: where entries are judged, without anything that tells who sent them."""

from flask import Response as Page
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.challenges.access import entry_for
from blog.challenges.actions.verdicts import judge_entry
from blog.challenges.blind import Sender, attachment_kind, hide_sender, raw_as_text
from blog.challenges.confirming import ask_again, can_be_asked_again
from blog.challenges.forms.judging import VerdictForm
from blog.challenges.models.entries import Entry
from blog.challenges.policy import may_be_a_machine
from blog.challenges.queries.awards import award_of_entry
from blog.challenges.queries.entries import last_judgement, message_of, raw_of
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.queries.vacancies import can_get_verdict, is_settled
from blog.challenges.values import Judgement
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.desk import JUDGES, REFUSALS
from blog.challenges.views.shown import shown
from blog.challenges.words.prizes import award_words
from blog.challenges.words.states import asked_words, entry_words, judgement_words
from blog.core.db import unit_of_work
from blog.core.errors import NotFound
from blog.core.routing import current_actor, staff_only
from blog.mailroom.words import why_a_person

# What a page shows of a raw message; the rest is one link away.
RAW_EXCERPT = 64 * 1024


@blueprint.route("/desk/challenges/<slug>/entries/<int:number>", methods=["GET", "POST"])
@staff_only(*JUDGES)
def desk_entry(slug: str, number: int) -> str | Response | tuple[str, int]:
    """One entry, without anything that tells who sent it, and the verdict on it."""
    actor = current_actor()
    entry = entry_for(actor, slug, number)
    form = VerdictForm()
    if not form.validate_on_submit():
        return _entry(entry, form), 422 if form.is_submitted() else 200
    judgement = Judgement(form.judgement.data)
    try:
        with unit_of_work():
            judge_entry(actor, entry, judgement, form.reason.data or "")
            address = _next_to_judge(entry)
    except REFUSALS as error:
        return _entry(entry, form, form.show_refusal(error)), error.status
    flash(_("Entry %(number)s: %(verdict)s.", number=number, verdict=judgement_words(judgement)), "good")
    return redirect(address, 303)


@blueprint.post("/desk/challenges/<slug>/entries/<int:number>/ask")
@staff_only(*JUDGES)
def desk_ask(slug: str, number: int) -> Response | tuple[str, int]:
    """Ask the sender of an entry once more whether it is theirs. Who that is stays unknown here."""
    actor = current_actor()
    entry = entry_for(actor, slug, number)
    try:
        with unit_of_work():
            ask_again(actor, entry)
    except REFUSALS as error:
        return _entry(entry, VerdictForm(formdata=None), str(error)), error.status
    flash(
        _("The sender of entry %(number)s is asked once more, and has a week from then on.", number=number),
        "good",
    )
    return redirect(url_for("challenges.desk_entry", slug=slug, number=number), 303)


@blueprint.get("/desk/challenges/<slug>/entries/<int:number>/raw")
@staff_only(*JUDGES)
def desk_entry_raw(slug: str, number: int) -> Page:
    """The whole message as text, without the headers that tell who sent it; not found once its bytes are gone."""
    entry = entry_for(current_actor(), slug, number)
    raw = raw_of(entry)
    if not raw:
        raise NotFound
    return Page(raw_as_text(raw, _sender(entry)), mimetype="text/plain")


def _entry(entry: Entry, form: VerdictForm, refusal: str = "") -> str:
    sender = _sender(entry)
    message, raw = message_of(entry), raw_of(entry)
    outcome = outcome_of(entry.challenge)
    is_over = is_settled(entry.challenge)
    award = award_of_entry(entry)
    return render_template(
        "challenges/desk_entry.html",
        challenge=entry.challenge,
        question_html=shown(entry.challenge).question_html,
        entry=entry,
        refusal=refusal,
        form=form,
        subject=hide_sender(message.subject, sender) if message else "",
        text=hide_sender(message.text, sender) if message else "",
        elided=hide_sender(message.elided, sender) if message else "",
        message=message,
        needs_a_person=why_a_person(message.defects) if message and not message.readable else "",
        may_be_automatic=bool(entry.eligible) and message is not None and may_be_a_machine(message),
        attachments=[(attachment_kind(each), each.get("size")) for each in message.attachments]
        if message
        else [],
        raw=raw_as_text(raw, sender, RAW_EXCERPT) if raw else "",
        raw_is_cut=entry.delivery.size > RAW_EXCERPT,
        state=entry_words(entry.eligible, entry.why_not, last_judgement(entry), is_over=is_over),
        asked_words=asked_words(entry.confirmation, entry.eligible, entry.why_not, is_over=is_over),
        is_confirmed=entry.confirmation is None or entry.confirmation.confirmed_at is not None,
        can_ask=not is_over and can_be_asked_again(entry),
        is_correct=bool(entry.eligible) and last_judgement(entry) is Judgement.CORRECT,
        judgement_words=judgement_words,
        waiting=len(outcome.waiting_for),
        is_waited_for=entry.number in outcome.waiting_for,
        is_candidate=entry.number in outcome.winners.values() and not (award and award.is_living),
        award_words=award_words(award) if award else "",
        # A verdict that came before the message was read can be sent again.
        can_judge=can_get_verdict(entry.challenge, entry)
        and (bool(entry.eligible) or (bool(refusal) and entry.eligible is None)),
    )


def _next_to_judge(entry: Entry) -> str:
    """Where a judge goes on: the next entry that waits, later ones first; else back to the challenge."""
    slug = entry.challenge.slug
    waiting = outcome_of(entry.challenge).waiting_for
    later = [number for number in waiting if number > entry.number]
    for number in (*later, *waiting):
        if number != entry.number:
            return url_for("challenges.desk_entry", slug=slug, number=number)
    return url_for("challenges.desk_detail", slug=slug)


def _sender(entry: Entry) -> Sender:
    message = message_of(entry)
    return Sender(message.from_name, message.from_address) if message else Sender("", "")
