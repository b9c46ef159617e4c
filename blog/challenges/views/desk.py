"""The desk: where challenges are set up, opened and closed, entries judged blind, and winners announced."""

from flask import Response as Page
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.articles.access import desk_article_for
from blog.articles.body import body_of
from blog.challenges.access import desk_challenge_for, entry_for
from blog.challenges.actions import (
    announce_winner,
    close_challenge,
    judge_entry,
    open_challenge,
    set_closing_time,
    set_up_challenge,
)
from blog.challenges.asked import asked_of
from blog.challenges.blind import Sender, attachment_kind, hide_sender, raw_as_text
from blog.challenges.confirming import ask_again, can_be_asked_again
from blog.challenges.forms import (
    SetUpForm,
    VerdictForm,
    set_up_form_for,
    stored_set_up_form,
    zone_in_use,
)
from blog.challenges.models import Challenge, Entry
from blog.challenges.policy import may_be_a_machine, status_at
from blog.challenges.queries import (
    award_of,
    desk_challenges,
    entries_page,
    last_judgement,
    message_of,
    outcome_of,
    raw_of,
    waiting_counts,
)
from blog.challenges.values import ChallengeStatus, ChallengeWords, Judgement
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.shown import shown, state_in_words
from blog.challenges.words import asked_words, entry_words, judgement_words, outcome_words, status_words
from blog.core import clock
from blog.core.actor import Actor
from blog.core.db import unit_of_work
from blog.core.errors import Conflict, InvalidInput, NotFound, RuleBroken
from blog.core.permissions import allowed, require
from blog.core.routing import current_actor, staff_only
from blog.mailroom.words import why_a_person

JUDGES = ("author", "editor")
# What a page shows of a raw message; the rest is one link away.
RAW_EXCERPT = 64 * 1024
# What is told on the page where it was asked, so that nothing that was typed is lost.
REFUSALS = (Conflict, InvalidInput, RuleBroken)


@blueprint.get("/desk/challenges/")
@staff_only(*JUDGES)
def desk_list() -> str:
    """Challenges in every state, with how many entries wait: an author's own, an editor's all."""
    actor = current_actor()
    author_id = None if allowed(actor, "challenge:oversee") else actor.person_id
    page = desk_challenges(author_id=author_id, cursor=request.args.get("after"))
    return render_template("challenges/desk_list.html", page=page, state_of=state_in_words)


@blueprint.post("/desk/challenges/in-article/<int:article_id>/<slug>")
@staff_only(*JUDGES)
def desk_set_up(article_id: int, slug: str) -> Response:
    """Set up the challenge whose block stands in an article."""
    actor = current_actor()
    article = desk_article_for(actor, article_id)
    require(actor, "challenge:begin", article)
    block = next(
        (part for part in body_of(article.html).parts_of_kind("challenge") if part.slug == slug), None
    )
    if block is None:
        raise NotFound()
    try:
        with unit_of_work():
            set_up_challenge(
                slug=slug,
                article=article,
                words=ChallengeWords(
                    title=block.title or article.title,
                    question_html=block.html,
                    prize="",
                    judging="editor",
                    language=article.language,
                ),
                closes_at=None,
                by=actor,
            )
    except InvalidInput as error:
        # There is no form here whose fields could tell it: the name stands in the article.
        flash(" ".join(str(fault) for fault in error.fields.values()), "error")
        return redirect(url_for("articles.desk_edit", article_id=article_id), 303)
    flash(_("The challenge has been set up. Say what the prize is, then open it."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


@blueprint.route("/desk/challenges/<slug>", methods=["GET", "POST"])
@staff_only(*JUDGES)
def desk_detail(slug: str) -> str | Response | tuple[str, int]:
    """One challenge: its set-up, its entries in order of arrival, and how far the decision has come."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    form = set_up_form_for(challenge)
    if not form.validate_on_submit():
        is_typed = form.is_submitted()
        return _detail(challenge, form, is_typed=is_typed), 422 if is_typed else 200
    try:
        with unit_of_work():
            _set_up(actor, challenge, form)
    except REFUSALS as error:
        return _detail(challenge, form, form.show_refusal(error), is_typed=True), error.status
    flash(_("Saved."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


@blueprint.post("/desk/challenges/<slug>/open")
@staff_only(*JUDGES)
def desk_open(slug: str) -> Response | tuple[str, int]:
    """Take answers from now on."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    try:
        with unit_of_work():
            open_challenge(actor, challenge)
    except REFUSALS as error:
        return _detail(challenge, stored_set_up_form(challenge), str(error)), error.status
    flash(_("The challenge is open: answers are welcome at its address."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


@blueprint.post("/desk/challenges/<slug>/close")
@staff_only(*JUDGES)
def desk_close(slug: str) -> Response | tuple[str, int]:
    """Take no more answers."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    try:
        with unit_of_work():
            close_challenge(actor, challenge)
    except REFUSALS as error:
        return _detail(challenge, stored_set_up_form(challenge), str(error)), error.status
    flash(_("The challenge is closed. What arrives from now on is late."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


@blueprint.post("/desk/challenges/<slug>/announce")
@staff_only(*JUDGES)
def desk_announce(slug: str) -> Response | tuple[str, int]:
    """Announce the winner, if there is one."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    try:
        with unit_of_work():
            announce_winner(actor, challenge)
    except REFUSALS as error:
        return _detail(challenge, stored_set_up_form(challenge), str(error)), error.status
    flash(_("The winner has been announced and told by mail."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


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


def _set_up(actor: Actor, challenge: Challenge, form: SetUpForm) -> None:
    require(actor, "challenge:set_up", challenge)
    set_up_challenge(
        slug=challenge.slug,
        article=challenge.article,
        words=ChallengeWords(
            title=form.title.data or "",
            question_html=challenge.question_html,
            prize=form.prize.data or "",
            judging=challenge.judging,
            language=challenge.language,
        ),
        closes_at=None,
        by=actor,
    )
    closes_at = form.closing_instant()
    if closes_at != challenge.closes_at:
        set_closing_time(actor, challenge, closes_at)


def _detail(challenge: Challenge, form: SetUpForm, refusal: str = "", *, is_typed: bool = False) -> str:
    outcome = outcome_of(challenge)
    award = award_of(challenge)
    status = status_at(challenge, clock.now())
    return render_template(
        "challenges/desk_detail.html",
        challenge=challenge,
        shown=shown(challenge),
        status=status,
        status_words=status_words(status),
        refusal=refusal,
        form=form,
        is_typed=is_typed,
        zone=zone_in_use().key,
        page=entries_page(challenge, request.args.get("after")),
        entry_words=entry_words,
        asked_words=asked_words,
        waiting=waiting_counts([challenge.id]).get(challenge.id, 0),
        outcome=outcome,
        outcome_words=outcome_words(outcome, challenge.entry_total, asked_of(challenge, outcome.unconfirmed)),
        award=award,
        # Who it was is known here only now.
        winner=message_of(award.entry) if award else None,
    )


def _entry(entry: Entry, form: VerdictForm, refusal: str = "") -> str:
    sender = _sender(entry)
    message, raw = message_of(entry), raw_of(entry)
    outcome = outcome_of(entry.challenge)
    is_over = entry.challenge.status == ChallengeStatus.ANNOUNCED
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
        is_candidate=entry.number == outcome.candidate,
        # A verdict that came before the message was read can be sent again.
        can_judge=not is_over and (bool(entry.eligible) or (bool(refusal) and entry.eligible is None)),
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
