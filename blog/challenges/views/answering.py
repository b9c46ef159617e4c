"""Answering a challenge on its page, for readers whose mail does not get through: a door with the same numbers."""

import re
from datetime import timedelta

from flask import Response as Page
from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.accounts.sessions import source_address
from blog.challenges.access import challenge_for
from blog.challenges.forms import AnswerForm
from blog.challenges.models import Challenge
from blog.challenges.policy import status_at
from blog.challenges.queries import typed_answers_from
from blog.challenges.tokens import receipt_token
from blog.challenges.values import ChallengeStatus
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.shown import shown
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import take_turns, unit_of_work
from blog.core.errors import Conflict, InvalidInput, NoRoom, TooMany
from blog.core.pages import say_when_again
from blog.core.routing import current_actor, public
from blog.mailroom.doors.form import Typed, count_refused, hand_in, told_before

# A household may take part together; a program that types answers for others soon has typed enough.
MOST_FROM_A_NETWORK = 10
WINDOW = timedelta(hours=1)
# As `AnswersRoute.accept` and the mailroom say it.
_TOLD = re.compile(r"entry (\d+) of \S+ sha256=([0-9a-f]{64})")


@blueprint.route("/challenges/<slug>/answer", methods=["GET", "POST"])
@public
def answer(slug: str) -> Page | Response:
    """Type an answer. It gets the next number and a receipt, as a mail does."""
    challenge = challenge_for(current_actor(), slug)
    form = AnswerForm()
    if not form.is_submitted():
        _fill_in(form)
    if not form.validate_on_submit():
        return _page(challenge, form, 422 if form.errors else 200)
    try:
        with unit_of_work():
            told = _hand_in(challenge, form)
    except InvalidInput as error:
        form.show_faults(error)
        return _page(challenge, form, 422)
    except (Conflict, NoRoom, TooMany) as error:
        count_refused(error)
        page = _page(challenge, form, error.status, refusal=str(error))
        say_when_again(page, error)
        return page
    flash(_("Your answer is stored. This is its receipt; keep the address of this page."), "good")
    return redirect(url_for("challenges.receipt_detail", token=_receipt_of(challenge, told)), 303)


def _fill_in(form: AnswerForm) -> None:
    """Who is signed in need not say who they are."""
    actor = current_actor()
    if actor.is_authenticated:
        person = person_for(actor)
        form.name.data, form.email.data = person.name, person.email


def _hand_in(challenge: Challenge, form: AnswerForm) -> str:
    source, now = source_address(), clock.now()
    take_turns(f"challenges.typed.{source}")
    written = Typed(
        form.name.data or "",
        form.email.data or "",
        form.text.data or "",
        form.submission_key.data or "",
    )
    recipient = shown(challenge).address
    told = told_before(written, recipient=recipient)
    if told is not None:
        # It is stored: no limit and no closing time has anything to say.
        return told
    if status_at(challenge, now) is not ChallengeStatus.OPEN:
        raise Conflict(_("This challenge takes no answers any more."))
    typed = typed_answers_from(source, now - WINDOW)
    if len(typed) >= MOST_FROM_A_NETWORK:
        retry_at = typed[MOST_FROM_A_NETWORK - 1] + WINDOW
        raise TooMany(
            _("Too many answers were typed here within an hour. Mail yours instead."), retry_at=retry_at
        )
    return hand_in(written, recipient=recipient, peer=source, tls=request.is_secure)


def _receipt_of(challenge: Challenge, told: str) -> str:
    found = _TOLD.search(told)
    if found is None:
        raise RuntimeError("the mailroom says something else than it did")
    return receipt_token(
        current_settings().secret_key, challenge_id=challenge.id, number=int(found[1]), sha256=found[2]
    )


def _page(challenge: Challenge, form: AnswerForm, status: int, *, refusal: str = "") -> Page:
    page = render_template(
        "challenges/answer.html",
        challenge=challenge,
        shown=shown(challenge),
        form=form,
        is_open=status_at(challenge, clock.now()) is ChallengeStatus.OPEN,
        refusal=refusal,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
