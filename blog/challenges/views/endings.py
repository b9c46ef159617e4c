"""The desk: challenges that end without somebody who wins."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.challenges.access import desk_challenge_for
from blog.challenges.actions.endings import cancel_challenge, end_without_winner, remove_challenge
from blog.challenges.forms.set_up import CancelForm, NoWinnerForm
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.desk import JUDGES, REFUSALS, detail_page
from blog.challenges.views.seen import ranks_seen, seen_still
from blog.core.db import unit_of_work
from blog.core.routing import current_actor, staff_only

Answer = Response | tuple[str, int]


@blueprint.post("/desk/challenges/<slug>/remove")
@staff_only(*JUDGES)
def desk_remove(slug: str) -> Answer:
    """Take a challenge away that nobody has seen."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    try:
        with unit_of_work():
            remove_challenge(actor, challenge)
    except REFUSALS as error:
        return detail_page(challenge, str(error)), error.status
    flash(_("The challenge has been removed. Its block in the article is still there."), "good")
    return redirect(url_for("challenges.desk_list"), 303)


@blueprint.post("/desk/challenges/<slug>/cancel")
@staff_only(*JUDGES)
def desk_cancel(slug: str) -> Answer:
    """Call it off."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    form = CancelForm()
    if not form.validate():
        return detail_page(challenge, cancel_form=form, holders_seen=seen_still()), 422
    try:
        with unit_of_work():
            cancel_challenge(actor, challenge, form.reason.data or "", seen=ranks_seen())
    except REFUSALS as error:
        refusal, seen = form.show_refusal(error), seen_still(error)
        return detail_page(challenge, refusal, cancel_form=form, holders_seen=seen), error.status
    flash(_("The challenge has been called off. Everybody who has taken part is told."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


@blueprint.post("/desk/challenges/<slug>/no-winner")
@staff_only(*JUDGES)
def desk_no_winner(slug: str) -> Answer:
    """Say that nobody has won."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    form = NoWinnerForm()
    if not form.validate():
        return detail_page(challenge, no_winner_form=form), 422
    try:
        with unit_of_work():
            end_without_winner(actor, challenge, form.reason.data or "")
    except REFUSALS as error:
        return detail_page(challenge, form.show_refusal(error), no_winner_form=form), error.status
    flash(_("The challenge has ended without a winner. Everybody who has taken part is told."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)
