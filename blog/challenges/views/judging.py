"""The desk: where entries are judged, without anything that tells who sent them."""

from functools import partial

from flask import Response as Page
from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from blog.challenges.access import entry_for
from blog.challenges.actions.disqualifying import disqualify, reinstate
from blog.challenges.actions.verdicts import judge_together
from blog.challenges.automatic import finding_of, rule_of
from blog.challenges.blind import (
    Sender,
    attachment_kind,
    hide_sender,
    html_without_sender,
    raw_as_text,
)
from blog.challenges.confirming import ask_again, can_be_asked_again
from blog.challenges.forms.judging import DisqualifyForm, ReinstateForm, VerdictForm
from blog.challenges.models.entries import Entry
from blog.challenges.policy import may_be_a_machine
from blog.challenges.queries.awards import award_of_entry
from blog.challenges.queries.disqualifications import (
    disqualification_of,
    disqualifications_of,
    shared_with,
    tries_over_limit,
)
from blog.challenges.queries.entries import last_judgement, message_of, raw_of, sender_of
from blog.challenges.queries.outcomes import outcome_of
from blog.challenges.queries.vacancies import can_get_verdict, is_settled
from blog.challenges.queries.verdicts import alike, queue_of, sight_of
from blog.challenges.turns import Turn
from blog.challenges.values import Judgement, WhyDisqualified
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.desk import JUDGES, REFUSALS
from blog.challenges.views.queue import next_to_judge
from blog.challenges.views.shown import shown
from blog.challenges.words.answer_rule import finding_words
from blog.challenges.words.judging import disqualified_words, reason_hint, turn_words, what_is_shared
from blog.challenges.words.prizes import award_words
from blog.challenges.words.states import asked_words, entry_words, judgement_words
from blog.core.db import unit_of_work
from blog.core.errors import NotFound
from blog.core.headers import CONTENT_SECURITY_POLICY
from blog.core.markdown.sanitising import sanitise_letter
from blog.core.permissions import allowed
from blog.core.routing import current_actor, staff_only
from blog.mailroom.parser.sandbox import html_in_child
from blog.mailroom.words import why_a_person

# What a page shows of a raw message; the rest is one link away.
RAW_EXCERPT = 64 * 1024
# What it shows of each answer that says the same.
_BEGINNING = 500
# The one page that has a frame in it, and what may be in that frame: text, and nothing that loads or acts.
_WITH_FRAME = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
_IN_FRAME = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


@blueprint.route("/desk/challenges/<slug>/entries/<int:number>", methods=["GET", "POST"])
@staff_only(*JUDGES)
def desk_entry(slug: str, number: int) -> Response:
    """One entry, without anything that tells who sent it, and the verdict on it."""
    actor = current_actor()
    entry = entry_for(actor, slug, number)
    form = VerdictForm()
    if not form.validate_on_submit():
        return _entry(entry, form, status=422 if form.is_submitted() else 200, is_told=False)
    try:
        with unit_of_work():
            given = judge_together(
                actor, entry, form.opinion(), numbers=form.numbers(), seen=form.what_was_seen()
            )
            address = next_to_judge(actor, entry.challenge, outcome_of(entry.challenge), number)
    except REFUSALS as error:
        return _entry(entry, form, form.show_refusal(error), status=error.status)
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
        return _entry(entry, VerdictForm(formdata=None), str(error), status=error.status)
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
                disqualify(actor, entry, form.code.data or "", form.reason.data or "")
        except REFUSALS as error:
            refusal, status = form.show_refusal(error), error.status
        else:
            flash(_("Entry %(number)s cannot take part any more.", number=number), "good")
            return _back_to(entry)
    else:
        status = 422
    return _entry(entry, VerdictForm(formdata=None), refusal, status=status, disqualify_form=form)


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
                reinstate(actor, entry, form.reason.data or "")
        except REFUSALS as error:
            refusal, status = form.show_refusal(error), error.status
        else:
            flash(_("Entry %(number)s takes part again.", number=number), "good")
            return _back_to(entry)
    else:
        status = 422
    return _entry(entry, VerdictForm(formdata=None), refusal, status=status, reinstate_form=form)


@blueprint.get("/desk/challenges/<slug>/entries/<int:number>/raw")
@staff_only(*JUDGES)
def desk_entry_raw(slug: str, number: int) -> Page:
    """The whole message as text, without the headers that tell who sent it; not found once its bytes are gone."""
    entry = entry_for(current_actor(), slug, number)
    raw = raw_of(entry)
    if not raw:
        raise NotFound
    return Page(raw_as_text(raw, _sender(entry)), mimetype="text/plain")


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
    html = html_without_sender(sanitise_letter(html_in_child(raw)), _sender(entry))
    page = render_template("challenges/desk_entry_html.html", html=Markup(html))  # noqa: S704 - sanitised just now
    return Page(page, headers={"Content-Security-Policy": _IN_FRAME})


def _proposal(entry: Entry) -> str:
    """What the rule of the challenge finds of an entry, for whoever judges it; nothing where it has none."""
    rule, message = rule_of(entry.challenge), message_of(entry)
    if rule is None or message is None or not entry.eligible or entry.delivery.forgotten_at is not None:
        return ""
    return finding_words(finding_of(rule, message))


def _back_to(entry: Entry) -> Response:
    return redirect(_address_in(entry.challenge.slug, entry.number), 303)


def _address_in(slug: str, number: int) -> str:
    return url_for("challenges.desk_entry", slug=slug, number=number)


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


def _entry(
    entry: Entry,
    form: VerdictForm,
    refusal: str = "",
    *,
    status: int = 200,
    is_told: bool = True,
    disqualify_form: DisqualifyForm | None = None,
    reinstate_form: ReinstateForm | None = None,
) -> Response:
    actor, challenge, sender = current_actor(), entry.challenge, _sender(entry)
    message, raw = message_of(entry), raw_of(entry)
    outcome, sight = outcome_of(challenge), sight_of(entry, actor.person_id)
    is_over = is_settled(challenge)
    may_disqualify = allowed(actor, "entry:disqualify", challenge)
    # A verdict that came before the message was read can be sent again.
    is_judged_here = can_get_verdict(challenge, entry) and (
        bool(entry.eligible) or (bool(refusal) and entry.eligible is None)
    )
    can_judge = is_judged_here and sight.turn.may_judge
    same = alike(entry, actor.person_id) if can_judge else ()
    form.show(challenge, sight, [each.number for each in same], is_told=is_told)
    waiting = outcome.waiting_for if challenge.judges == 1 else queue_of(challenge, outcome, actor.person_id)
    award = award_of_entry(entry)
    page = render_template(
        "challenges/desk_entry.html",
        challenge=challenge,
        question_html=shown(challenge).question_html,
        entry=entry,
        refusal=refusal,
        form=form,
        subject=hide_sender(message.subject, sender) if message else "",
        text=hide_sender(message.text, sender) if message else "",
        elided=hide_sender(message.elided, sender) if message else "",
        message=message,
        needs_a_person=why_a_person(message.defects) if message and not message.readable else "",
        proposal=_proposal(entry),
        may_be_automatic=bool(entry.eligible) and message is not None and may_be_a_machine(message),
        attachments=_attachments(entry, is_kept=bool(raw)),
        raw=raw_as_text(raw, sender, RAW_EXCERPT) if raw else "",
        raw_is_cut=entry.delivery.size > RAW_EXCERPT,
        has_html=b"text/html" in raw.lower(),
        state=entry_words(
            entry.eligible,
            entry.why_not,
            last_judgement(entry),
            is_over=is_over,
            is_over_limit=entry.number in outcome.over_limit,
        ),
        tries=tries_over_limit(entry),
        asked_words=asked_words(entry.confirmation, entry.eligible, entry.why_not, is_over=is_over),
        is_confirmed=entry.confirmation is None or entry.confirmation.confirmed_at is not None,
        can_ask=not is_over and can_be_asked_again(entry),
        is_correct=bool(entry.eligible) and last_judgement(entry) is Judgement.CORRECT,
        judgement_words=judgement_words,
        rubric_words={item["code"]: item["words"] for item in challenge.rubric},
        sight=sight,
        turn_words=turn_words(sight.turn)
        if is_judged_here and (challenge.judges > 1 or sight.turn is Turn.OWN)
        else "",
        reason_hint=reason_hint(sorted(set(sight.needs.values()))),
        alike=[(each.number, _beginning_of(each)) for each in same],
        entry_url=partial(_address_in, challenge.slug),
        waiting=len(waiting),
        is_waited_for=entry.number in outcome.waiting_for,
        is_candidate=entry.number in outcome.winners.values() and not (award and award.is_living),
        award_words=award_words(award) if award else "",
        can_judge=can_judge,
        shared={number: what_is_shared(what) for number, what in shared_with(entry).items()}
        if may_disqualify
        else {},
        disqualified=[
            (each, disqualified_words(WhyDisqualified(each.reason_code)))
            for each in disqualifications_of(entry)
        ],
        disqualify_form=(disqualify_form or DisqualifyForm(formdata=None))
        if may_disqualify and not is_over and entry.eligible
        else None,
        reinstate_form=(reinstate_form or ReinstateForm(formdata=None))
        if may_disqualify and not is_over and disqualification_of(entry)
        else None,
    )
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = _WITH_FRAME
    return response


def _attachments(entry: Entry, *, is_kept: bool) -> list[tuple[str, object, str]]:
    """What each attachment is, its size in bytes, and where it is to be had; nowhere once its bytes are gone."""
    message = message_of(entry)
    address = partial(
        url_for, "challenges.desk_entry_attachment", slug=entry.challenge.slug, number=entry.number
    )
    return [
        (attachment_kind(each), each.get("size"), address(which=which) if is_kept else "")
        for which, each in enumerate(message.attachments if message else [], start=1)
    ]


def _beginning_of(entry: Entry) -> str:
    """What an answer says, as far as a list shows it."""
    message = message_of(entry)
    text = message.text if message else ""
    # Twice as much is looked at, so that no name is cut before it is found.
    shown_text = hide_sender(text[: 2 * _BEGINNING], _sender(entry)).strip()
    return shown_text if len(shown_text) <= _BEGINNING else f"{shown_text[:_BEGINNING]}…"


def _sender(entry: Entry) -> Sender:
    return sender_of(message_of(entry))
