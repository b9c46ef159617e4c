"""The desk: what a challenge says, and when it opens by itself."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.challenges.access import desk_challenge_for
from blog.challenges.actions.challenges import open_challenge, schedule_challenge, take_back
from blog.challenges.actions.pictures import keep_picture
from blog.challenges.actions.terms import decide_terms
from blog.challenges.forms.set_up import (
    SHORT_PARTS,
    OpeningForm,
    SetUpForm,
    set_up_form_for,
    stored_set_up_form,
    zone_in_use,
)
from blog.challenges.models.challenges import Challenge
from blog.challenges.policy import status_at
from blog.challenges.terms import version_of
from blog.challenges.values import HIDDEN, RulesPart
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.desk import JUDGES, REFUSALS, detail_page
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import DomainError, InvalidInput, TooMany
from blog.core.permissions import require
from blog.core.pictures import KINDS, MAX_BYTES, whole_picture, whole_picture_name
from blog.core.routing import current_actor, staff_only, takes_file
from blog.core.storage import current_storage

Answer = str | Response | tuple[str, int]


@blueprint.get("/desk/challenges/<slug>/terms")
@staff_only(*JUDGES)
def desk_terms(slug: str) -> str:
    """All that a challenge says beside its question, to fill in or to change."""
    challenge = desk_challenge_for(current_actor(), slug)
    return terms_page(challenge, stored_set_up_form(challenge))


@blueprint.post("/desk/challenges/<slug>")
@staff_only(*JUDGES)
@takes_file(MAX_BYTES)
def desk_terms_post(slug: str) -> Answer:
    """Save it. What a program does not send stays as it is."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    require(actor, "challenge:set_up", challenge)
    form = set_up_form_for(challenge)
    is_fine = form.validate()
    if not (_keep_pictures(form) and is_fine):
        return terms_page(challenge, form), 422
    try:
        with unit_of_work():
            decide_terms(
                actor,
                challenge,
                form.words(challenge),
                reason=form.reason.data or "",
                judge_again=bool(form.judge_again.data),
                seen=form.seen.data if form.seen.raw_data else None,
            )
    except REFUSALS as error:
        refusal = form.show_refusal(error)
        return terms_page(challenge, form, refusal), error.status
    flash(_("Saved."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


@blueprint.post("/desk/challenges/<slug>/open")
@staff_only(*JUDGES)
def desk_open(slug: str) -> Answer:
    """Take answers from now on."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    try:
        with unit_of_work():
            open_challenge(actor, challenge)
    except REFUSALS as error:
        return refused_opening(challenge, error)
    flash(_("The challenge is open: answers are welcome at its address."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


@blueprint.post("/desk/challenges/<slug>/schedule")
@staff_only(*JUDGES)
def desk_schedule(slug: str) -> Answer:
    """Let it open by itself."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    form = OpeningForm()
    opens_at = form.opens_at.instant() if form.validate() else None
    if opens_at is None:
        return detail_page(challenge, opening_form=form), 422
    try:
        with unit_of_work():
            schedule_challenge(actor, challenge, opens_at)
    except REFUSALS as error:
        return refused_opening(challenge, error, form)
    flash(_("The challenge opens by itself at that time."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


@blueprint.post("/desk/challenges/<slug>/take-back")
@staff_only(*JUDGES)
def desk_take_back(slug: str) -> Answer:
    """Make a draft of it again."""
    actor = current_actor()
    challenge = desk_challenge_for(actor, slug)
    try:
        with unit_of_work():
            take_back(actor, challenge)
    except REFUSALS as error:
        return detail_page(challenge, str(error)), error.status
    flash(_("The challenge is a draft again."), "good")
    return redirect(url_for("challenges.desk_detail", slug=slug), 303)


def refused_opening(
    challenge: Challenge, error: DomainError, opening: OpeningForm | None = None
) -> tuple[str, int]:
    """Why a challenge cannot be opened: at the field of its terms that is not right, if there is one."""
    field = str(error.data.get("field", ""))
    if opening is not None and field == "opens_at":
        opening.show_refusal(error)
        return detail_page(challenge, opening_form=opening), error.status
    form = stored_set_up_form(challenge)
    if isinstance(error, InvalidInput) or field in form:
        form.show_refusal(error)
        return terms_page(challenge, form), error.status
    return detail_page(challenge, str(error)), error.status


def terms_page(challenge: Challenge, form: SetUpForm, refusal: str = "") -> str:
    """The form with all that a challenge says. After opening it asks why that changes."""
    status = status_at(challenge, clock.now())
    if refusal:
        # Whoever looks at what somebody else has saved meanwhile may save their own after that.
        session.refresh(challenge)
        form.seen.data = version_of(challenge)
    return render_template(
        "challenges/desk_terms.html",
        challenge=challenge,
        status=status,
        is_hidden=status in HIDDEN,
        form=form,
        refusal=refusal,
        parts=[(f"rules_{part.value}", part in SHORT_PARTS) for part in RulesPart],
        ranks=form.ranks(len(challenge.prizes)),
        zone=zone_in_use().key,
        max_bytes=MAX_BYTES,
        kinds=",".join(KINDS),
    )


def _keep_pictures(form: SetUpForm) -> bool:
    """Keep the pictures that were sent, so that nobody chooses them twice. Returns whether all of them can be shown."""
    is_fine = True
    storage = current_storage()
    for rank, sent in form.pictures_sent():
        try:
            picture = whole_picture(sent.stream.read(MAX_BYTES + 1))
        except (InvalidInput, TooMany) as error:
            form.refuse_picture(rank, str(error))
            is_fine = False
            continue
        with unit_of_work():
            keep_picture(picture, storage)
        form.keep_picture(rank, picture.digest)
    for rank in form.ranks(0):
        digest = form.picture_of(rank)
        if digest and storage.get(whole_picture_name(digest, 320)) is None:
            form.keep_picture(rank, "")
            form.refuse_picture(rank, _("This picture is not kept any more. Choose it once more."))
            is_fine = False
    return is_fine
