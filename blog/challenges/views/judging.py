"""The desk: what is done there with an entry, without anything that tells who sent it."""

from flask import Response as Page
from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from blog.challenges.access import entry_for
from blog.challenges.actions.disqualifying import disqualify, reinstate
from blog.challenges.actions.verdicts import judge_together
from blog.challenges.blind import HIDDEN, html_without_sender, raw_as_text
from blog.challenges.confirming import ask_again
from blog.challenges.forms.judging import DisqualifyForm, ReinstateForm, VerdictForm
from blog.challenges.models.entries import Entry
from blog.challenges.queries.entries import message_of, raw_of, sender_of
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.values import Judgement
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.desk import JUDGES, REFUSALS
from blog.challenges.views.entry_page import address_of_entry, entry_page
from blog.challenges.views.queue import next_to_judge
from blog.challenges.views.seen import seen_still, what_was_seen
from blog.challenges.words.states import judgement_words
from blog.core.db import unit_of_work
from blog.core.errors import NotFound
from blog.core.markdown.sanitising import sanitise_letter
from blog.core.routing import current_actor, staff_only
from blog.mailroom.parser.sandbox import html_in_child

# What may be in the frame of the page of an entry: text, and nothing that loads or acts.
_IN_FRAME = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


@blueprint.route("/desk/challenges/<slug>/entries/<int:number>", methods=["GET", "POST"])
@staff_only(*JUDGES)
def desk_entry(slug: str, number: int) -> Response:
    """One entry, without anything that tells who sent it, and the verdict on it."""
    actor = current_actor()
    entry = entry_for(actor, slug, number)
    form = VerdictForm()
    if not form.validate_on_submit():
        return entry_page(entry, form, status=422 if form.is_submitted() else 200, is_told=False)
    try:
        with unit_of_work():
            given = judge_together(
                actor, entry, form.opinion(), numbers=form.numbers(), seen=form.what_was_seen()
            )
            address = next_to_judge(actor, entry.challenge, outcome_of(entry.challenge), number)
    except REFUSALS as error:
        return entry_page(entry, form, form.show_refusal(error), status=error.status)
    flash(_what_was_given(number, form.opinion().judgement, len(given) - 1), "good")
    return redirect(address, 303)


@blueprint.post("/desk/challenges/<slug>/entries/<int:number>/ask")
@staff_only(*JUDGES)
def desk_ask(slug: str, number: int) -> Response:
    """Ask the sender of an entry once more whether it is theirs. Who that is stays unknown here."""
    actor = current_actor()
    entry = entry_for(actor, slug, number)
    try:
        with unit_of_work():
            ask_again(actor, entry)
    except REFUSALS as error:
        return entry_page(entry, VerdictForm(formdata=None), str(error), status=error.status)
    flash(
        _("The sender of entry %(number)s is asked once more, and has a week from then on.", number=number),
        "good",
    )
    return _back_to(entry)


@blueprint.post("/desk/challenges/<slug>/entries/<int:number>/disqualify")
@staff_only(*JUDGES)
def desk_disqualify(slug: str, number: int) -> Response:
    """Say that an entry cannot take part, and why."""
    actor = current_actor()
    entry = entry_for(actor, slug, number)
    form = DisqualifyForm()
    refusal = ""
    if form.validate_on_submit():
        try:
            with unit_of_work():
                disqualify(actor, entry, form.code.data or "", form.reason.data or "", seen=what_was_seen())
        except REFUSALS as error:
            refusal, status, seen = form.show_refusal(error), error.status, seen_still(error)
        else:
            flash(_("Entry %(number)s cannot take part any more.", number=number), "good")
            return _back_to(entry)
    else:
        status, seen = 422, seen_still()
    return entry_page(
        entry, VerdictForm(formdata=None), refusal, status=status, disqualify_form=form, prize_seen=seen
    )


@blueprint.post("/desk/challenges/<slug>/entries/<int:number>/reinstate")
@staff_only(*JUDGES)
def desk_reinstate(slug: str, number: int) -> Response:
    """Let an entry take part again that was disqualified."""
    actor = current_actor()
    entry = entry_for(actor, slug, number)
    form = ReinstateForm()
    refusal = ""
    if form.validate_on_submit():
        try:
            with unit_of_work():
                reinstate(actor, entry, form.reason.data or "", seen=what_was_seen())
        except REFUSALS as error:
            refusal, status, seen = form.show_refusal(error), error.status, seen_still(error)
        else:
            flash(_("Entry %(number)s takes part again.", number=number), "good")
            return _back_to(entry)
    else:
        status, seen = 422, seen_still()
    return entry_page(
        entry, VerdictForm(formdata=None), refusal, status=status, reinstate_form=form, prize_seen=seen
    )


@blueprint.get("/desk/challenges/<slug>/entries/<int:number>/raw")
@staff_only(*JUDGES)
def desk_entry_raw(slug: str, number: int) -> Page:
    """The whole message as text, without the headers that tell who sent it; not found once its bytes are gone."""
    entry = entry_for(current_actor(), slug, number)
    raw = raw_of(entry)
    if not raw:
        raise NotFound
    return Page(raw_as_text(raw, sender_of(message_of(entry))), mimetype="text/plain")


@blueprint.get("/desk/challenges/<slug>/entries/<int:number>/html")
@staff_only(*JUDGES)
def desk_entry_html(slug: str, number: int) -> Page:
    """The HTML of a message in plain elements, without who sent it, for a frame in which nothing loads or acts.

    It is read and written anew in the child that reads mail, with its limits, and sanitised here.
    """
    entry = entry_for(current_actor(), slug, number)
    raw = raw_of(entry)
    if not raw:
        raise NotFound
    html = html_without_sender(sanitise_letter(html_in_child(raw)), sender_of(message_of(entry)))
    page = render_template(
        "challenges/desk_entry_html.html",
        html=Markup(html),  # noqa: S704 - sanitised just now
        mark=HIDDEN,
    )
    return Page(page, headers={"Content-Security-Policy": _IN_FRAME})


def _back_to(entry: Entry) -> Response:
    return redirect(address_of_entry(entry.challenge.slug, entry.number), 303)


def _what_was_given(number: int, judgement: Judgement, others: int) -> str:
    verdict = judgement_words(judgement)
    if not others:
        return _("Entry %(number)s: %(verdict)s.", number=number, verdict=verdict)
    return ngettext(
        "Entry %(number)s and %(num)s more that says the same: %(verdict)s.",
        "Entry %(number)s and %(num)s more that say the same: %(verdict)s.",
        others,
        number=number,
        verdict=verdict,
    )
