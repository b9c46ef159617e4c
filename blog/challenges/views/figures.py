"""The desk: what is counted of a challenge, in charts that the page draws itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flask import render_template
from flask_babel import format_datetime
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blog.challenges.access import desk_challenge_for
from blog.challenges.forms.set_up import zone_in_use
from blog.challenges.queries.figures import Figures, Kind, figures_of
from blog.challenges.views.blueprint import blueprint
from blog.challenges.views.desk import JUDGES
from blog.challenges.words.states import ineligible_words
from blog.core.charts import Layers, bar_chart, layered_chart
from blog.core.routing import current_actor, staff_only
from blog.mailroom.values import Door

_HOUR = timedelta(hours=1)
# The first of these in which all arrivals fit into so many columns.
_SPANS = (_HOUR, 3 * _HOUR, 6 * _HOUR, 24 * _HOUR, 7 * 24 * _HOUR)
_MOST_COLUMNS = 48


@blueprint.get("/desk/challenges/<slug>/figures")
@staff_only(*JUDGES)
def desk_figures(slug: str) -> str | Response:
    """How many entries came when, by which door, and what became of them."""
    challenge = desk_challenge_for(current_actor(), slug)
    figures = figures_of(challenge)
    kinds = {kind: _kind_words(kind) for kind in Kind}
    return render_template(
        "challenges/desk_figures.html",
        challenge=challenge,
        zone=zone_in_use().key,
        arrivals=arrivals_by_time(figures.arrivals),
        kinds=bar_chart(
            [(words, figures.kinds[kind]) for kind, words in kinds.items() if figures.kinds[kind]]
        ),
        unclear=figures.unclear,
        why_not=bar_chart(_most_first({ineligible_words(why): n for why, n in figures.why_not.items()})),
        doors=bar_chart(_most_first(_doors(figures))),
    )


def arrivals_by_time(arrivals: Sequence[tuple[datetime, Kind]]) -> Layers:
    """Entries by when they came, and what became of them: by the hour, or by longer spans where they came for long."""
    zone = zone_in_use()
    names = {kind: _kind_words(kind) for kind in Kind}
    if not arrivals:
        return layered_chart([], list(names.values()))
    local = [(at.astimezone(zone), kind) for at, kind in arrivals]
    first = local[0][0].replace(minute=0, second=0, microsecond=0)
    last = max(at for at, _kind in local)
    span = next((each for each in _SPANS if (last - first) / each < _MOST_COLUMNS), _SPANS[-1])
    if span >= 24 * _HOUR:
        first = first.replace(hour=0)
    columns = [Counter[Kind]() for _column in range((last - first) // span + 1)]
    for at, kind in local:
        columns[(at - first) // span][kind] += 1
    shape = "d MMM" if span >= 24 * _HOUR else "d MMM HH:mm"
    return layered_chart(
        [
            (
                format_datetime(first + place * span, shape, rebase=False),
                [column[kind] for kind in names],
            )
            for place, column in enumerate(columns)
        ],
        list(names.values()),
    )


def _doors(figures: Figures) -> Mapping[str, int]:
    """By which way they came; of mail no editor asks which of its doors took it."""
    typed = figures.doors.get(Door.FORM, 0)
    ways = {_("by mail"): sum(figures.doors.values()) - typed, _("typed on our page"): typed}
    return {way: count for way, count in ways.items() if count}


def _most_first(counts: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def _kind_words(kind: Kind) -> str:
    return {
        Kind.CORRECT: _("correct"),
        Kind.INCORRECT: _("incorrect"),
        Kind.OPEN: _("without a verdict"),
        Kind.OUT: _("could not take part"),
    }[kind]
