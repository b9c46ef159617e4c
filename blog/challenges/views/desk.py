"""The desk: where challenges are set up, opened and closed, and winners announced."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from blog.articles.access import desk_article_for
from blog.articles.body import body_of
from blog.challenges.access import desk_challenge_for
from blog.challenges.actions.awards import announce_winner
from blog.challenges.actions.challenges import close_challenge, set_up_challenge
from blog.challenges.asked import asked_of
from blog.challenges.automatic import Role, role_of
from blog.challenges.forms.set_up import CancelForm, CloseForm, NoWinnerForm, OpeningForm, zone_in_use
from blog.challenges.models.challenges import Challenge
from blog.challenges.outcome import NOTHING_TO_JUDGE, to_be_told
from blog.challenges.policy import is_settling, longest_settling, phase_at, status_at
from blog.challenges.queries.amendments import amendments_of
from blog.challenges.queries.awards import awards_of, is_to_be_claimed
from blog.challenges.queries.challenges import challenge_by_slug, desk_challenges
from blog.challenges.queries.entries import entries_page, first_of_staff
from blog.challenges.queries.outcomes import standing_of
from blog.challenges.queries.seen import mark_of_ranks
from blog.challenges.queries.vacancies import is_beyond_change
from blog.challenges.terms import words_of
from blog.challenges.values import AwardStep, ChallengeStatus, ChallengeWords
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.queue import work_of
from blog.challenges.views.seen import ranks_seen
from blog.challenges.views.shown import shown, state_in_words
from blog.challenges.words.answer_rule import outdated_words, role_words
from blog.challenges.words.judging import shared_group_words
from blog.challenges.words.outcomes import numbers_in_words, progress_words, works_here_words
from blog.challenges.words.prizes import award_words
from blog.challenges.words.rules import empty_parts, euros, part_words, rules_of
from blog.challenges.words.states import asked_words, entry_words
from blog.challenges.words.terms import change_words, phase_words
from blog.core import clock
from blog.core.db import unit_of_work
from blog.core.errors import Conflict, InvalidInput, NotFound, RuleBroken
from blog.core.permissions import allowed, require
from blog.core.routing import current_actor, staff_only

JUDGES = ("author", "editor")
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
    known = challenge_by_slug(slug)
    if known is not None and known.article_id == article.id:
        # An old page: what was said of it meanwhile stays.
        return redirect(url_for("challenges.desk_detail", slug=slug), 303)
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
                guesses_address=False,
                by=actor,
            )
    except InvalidInput as error:
        # There is no form here whose fields could tell it: the name stands in the article.
        flash(" ".join(str(fault) for fault in error.fields.values()), "error")
        return redirect(url_for("articles.desk_edit", article_id=article_id), 303)
    flash(_("The challenge has been set up. Say what the prize is, then open it."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


@blueprint.get("/desk/challenges/<slug>")
@staff_only(*JUDGES)
def desk_detail(slug: str) -> str:
    """One challenge: what it says, its entries in order of arrival, and how far the decision has come."""
    return detail_page(desk_challenge_for(current_actor(), slug))


@blueprint.post("/desk/challenges/<slug>/close")
@staff_only(*JUDGES)
def desk_close(slug: str) -> Response | tuple[str, int]:
    """Take no more answers."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    form = CloseForm()
    if not form.validate():
        return detail_page(challenge, close_form=form), 422
    try:
        with unit_of_work():
            close_challenge(actor, challenge, form.reason.data or "")
    except REFUSALS as error:
        return detail_page(challenge, form.show_refusal(error), close_form=form), error.status
    flash(_("The challenge is closed. What arrives from now on is late."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


@blueprint.post("/desk/challenges/<slug>/announce")
@staff_only(*JUDGES)
def desk_announce(slug: str) -> Response | tuple[str, int]:
    """Let the winner be told, if there is one; also the next one, when a prize has come back."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    try:
        with unit_of_work():
            announce_winner(actor, challenge, seen=ranks_seen())
    except REFUSALS as error:
        return detail_page(challenge, str(error)), error.status
    told = [award for award in awards_of(challenge) if award.step == AwardStep.NOTIFIED]
    if any(award.letter is None for award in told):
        flash(
            _("A winner could not be written to: their entry names no address. The prizes say more."), "error"
        )
        return redirect(url_for("challenges.desk_prizes", slug=slug), 303)
    flash(
        ngettext(
            "The winner is told by mail. Until they have claimed the prize nobody else knows who it is.",
            "The winners are told by mail. Until they have claimed their prizes nobody else knows who they are.",
            len(told),
        ),
        "good",
    )
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


def detail_page(
    challenge: Challenge,
    refusal: str = "",
    *,
    opening_form: OpeningForm | None = None,
    close_form: CloseForm | None = None,
    cancel_form: CancelForm | None = None,
    no_winner_form: NoWinnerForm | None = None,
    holders_seen: str | None = None,
) -> str:
    """The page of one challenge; with why something was not done, and with what was typed for it.

    To call it off still holds for the winners that its reader has seen (`holders_seen`), where that is not None.
    """
    contest, outcome, to_judge = standing_of(challenge)
    now = clock.now()
    status, settling = status_at(challenge, now), longest_settling()
    is_over = status.is_over or is_beyond_change(challenge)
    is_waiting = outcome.waiting_for or outcome.unconfirmed is not None or outcome.winners
    page = entries_page(challenge, request.args.get("after"))
    is_told = is_to_be_claimed(challenge)
    coming = to_be_told(outcome, contest)
    new_winners = sorted(coming.items())
    of_staff = first_of_staff(challenge, [number for _rank, number in new_winners]) if outcome.final else None
    return render_template(
        "challenges/desk_detail.html",
        challenge=challenge,
        shown=shown(challenge),
        status=status,
        phase_words=phase_words(phase_at(challenge, now, outcome, settling)),
        is_over=is_over,
        refusal=refusal,
        rule_words=role_words(role_of(challenge)),
        outdated_words=outdated_words() if role_of(challenge) is Role.OUTDATED and not status.is_over else "",
        opening_form=opening_form or OpeningForm(formdata=None),
        is_opening=opening_form is not None,
        is_closing=close_form is not None,
        close_form=close_form or CloseForm(formdata=None),
        ending="cancel" if cancel_form else "no-winner" if no_winner_form else "",
        cancel_form=cancel_form or CancelForm(formdata=None),
        no_winner_form=no_winner_form or NoWinnerForm(formdata=None),
        may_end_without_winner=status is ChallengeStatus.CLOSED
        and not is_waiting
        and not is_settling(challenge, now, settling),
        words=words_of(challenge),
        euros=euros,
        empty_parts=[part_words(part) for part in empty_parts(rules_of(challenge))],
        amendments=amendments_of(challenge),
        change_words=change_words,
        zone=zone_in_use().key,
        page=page,
        work=work_of(current_actor(), challenge, outcome, page.items),
        shared_group_words=shared_group_words,
        entry_words=entry_words,
        asked_words=asked_words,
        to_judge=NOTHING_TO_JUDGE if is_over else to_judge,
        outcome=outcome,
        outcome_words=works_here_words(of_staff)
        if of_staff is not None
        else progress_words(
            outcome,
            contest,
            challenge.entry_total,
            asked_of(challenge, outcome.unconfirmed),
            is_to_be_claimed=is_told,
        ),
        is_to_be_claimed=is_told,
        new_winners=new_winners,
        numbers_to_tell=numbers_in_words(sorted(coming.values())),
        to_tell=mark_of_ranks(coming),
        holders=holders_seen if holders_seen is not None else mark_of_ranks(contest.holders),
        of_staff=of_staff,
        is_passed_on=bool(contest.has_lost or contest.holders),
        awards=awards_of(challenge),
        award_words=award_words,
    )
