"""Answering a challenge on its page, for readers whose mail does not get through: a door with the same numbers."""

import re
from datetime import datetime, timedelta

from flask import Response as Page
from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import format_time
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.accounts.sessions import source_address
from blog.accounts.values import email_key
from blog.challenges.access import challenge_for
from blog.challenges.forms.answers import AnswerForm
from blog.challenges.models.challenges import Challenge
from blog.challenges.policy import status_at
from blog.challenges.queries.entries import typed_answers_from, typed_answers_of
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

# Of whoever is signed in. A network may be a whole school: how much it may type is for the operator to say.
MOST_OF_A_PERSON = 10
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
        count_refused(error, recipient=shown(challenge).address)
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
    _refuse_too_many(challenge, written.address, source, now - WINDOW)
    return hand_in(written, recipient=recipient, peer=source, tls=request.is_secure)


def _refuse_too_many(challenge: Challenge, address: str, network: str, since: datetime) -> None:
    """Raise `TooMany` where neither the network nor, for their own answer, whoever is signed in has any left.

    Either is enough: nobody uses up the answers of somebody else by typing their address.
    """
    if _has_own_left(challenge, address, since):
        return
    most = current_settings().typed_answers_per_network
    typed = typed_answers_from(network, challenge, since)
    if len(typed) < most:
        return
    retry_at = typed[most - 1] + WINDOW
    # The minute after it, so that nobody comes too early.
    told = format_time(retry_at + timedelta(minutes=1), "short")
    fault = _(
        "Too many answers to this challenge were typed from your network within an hour. There is room again at "
        "%(time)s; or mail your answer to %(address)s.",
        time=told,
        address=shown(challenge).address,
    )
    raise TooMany(fault, retry_at=retry_at)


def _has_own_left(challenge: Challenge, address: str, since: datetime) -> bool:
    actor = current_actor()
    if not actor.is_authenticated:
        return False
    person = person_for(actor)
    if email_key(address) != person.email_key:
        return False
    take_turns(f"challenges.typed.by.{person.id}")
    return len(typed_answers_of(person, challenge, since)) < MOST_OF_A_PERSON


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
