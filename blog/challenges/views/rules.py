"""What everybody reads of a challenge beside its question: its rules, and how many answers there are just now."""

from flask import Response, jsonify, render_template, request
from flask_babel import format_decimal

from blog.challenges.access import challenge_for
from blog.challenges.queries.phases import phase_of
from blog.challenges.terms import words_of
from blog.challenges.values import Phase, RulesPart
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.shown import shown
from blog.challenges.words.rules import euros, part_words, rules_of
from blog.challenges.words.states import count_words
from blog.core import clock
from blog.core.routing import current_actor, public


@blueprint.get("/challenges/<slug>/rules")
@public
def rules_detail(slug: str) -> str:
    """The rules of a challenge: what was written, and what follows from its terms."""
    challenge = challenge_for(current_actor(), slug)
    words = words_of(challenge)
    values = [prize.value_cents for prize in words.prizes if prize.value_cents is not None]
    return render_template(
        "challenges/rules_detail.html",
        challenge=challenge,
        shown=shown(challenge),
        parts=[(part_words(RulesPart(part)), text) for part, text in rules_of(challenge).items()],
        total=euros(sum(values)) if values and len(values) == len(words.prizes) else "",
    )


@blueprint.get("/challenges/<slug>/count")
@public
def live_count(slug: str) -> Response:
    """How many answers have arrived, for the script of a page that shows it; nothing new costs no more than a look."""
    challenge = challenge_for(current_actor(), slug)
    phase = phase_of(challenge, clock.now())
    count = challenge.entry_total
    response = jsonify(
        phase=phase.value,
        entries=count,
        words=count_words(count, is_open=phase is Phase.OPEN),
        figure=format_decimal(count),
    )
    response.add_etag()
    # Everybody may keep it, and has to ask before showing it again (RFC 9111, 5.2.2.4).
    response.headers["Cache-Control"] = "public, no-cache"
    response.make_conditional(request)
    return response
