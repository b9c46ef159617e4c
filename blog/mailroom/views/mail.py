"""The mailroom page: what came in by which door, what it became, and each message as it arrived."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import get_timezone, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from blog.accounts.views.proof import proved_before_taking, proved_this_hour, recently_proved
from blog.core import clock
from blog.core.charts import Chart, line_chart
from blog.core.db import unit_of_work
from blog.core.i18n import format_day, in_same_language
from blog.core.pagination import Page
from blog.core.permissions import require
from blog.core.routing import current_actor, staff_only
from blog.mailroom.doors.terms import terms_of
from blog.mailroom.forms import MailForm
from blog.mailroom.inspection import (
    AT_ONCE,
    read_again,
    read_older_again,
    show_raw,
    take_raw,
)
from blog.mailroom.oversight import (
    DeliveryFilter,
    ListedDelivery,
    deliveries_page,
    delivery_by_id,
    has_raw,
    is_to_be_read,
    later_duplicates,
    listed_delivery,
    older_total,
    places_of,
    raw_of,
    refused_totals,
    totals,
    totals_by_day,
)
from blog.mailroom.parser.message import PARSER_VERSION
from blog.mailroom.values import Door
from blog.mailroom.views.blueprint import blueprint
from blog.mailroom.views.raw import text_of
from blog.mailroom.views.sender import check_rows, why_told
from blog.mailroom.words import (
    AUTOMATIC_WORDS,
    BECAME_COUNTED,
    BECAME_NAMES,
    DEFECT_WORDS,
    DOOR_NAMES,
    REFUSAL_WORDS,
    SENDER_BADGES,
    SENDER_WORDS,
    way_words,
    why_a_person,
)

DAYS_SHOWN = 30
RAW_SHOWN = 64 * 1024  # bytes
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)
_WORDS: Mapping[str, Mapping[str, object]] = {
    "door_names": DOOR_NAMES,
    "became_names": BECAME_NAMES,
    "became_counted": BECAME_COUNTED,
    "sender_words": SENDER_WORDS,
    "sender_badges": SENDER_BADGES,
    "automatic_words": AUTOMATIC_WORDS,
    "refusal_words": REFUSAL_WORDS,
    "defect_words": DEFECT_WORDS,
}


@blueprint.get("/mail")
@staff_only("admin")
@proved_this_hour
def mail_list() -> tuple[str, int]:
    """What came in, the last first, with what became of all of it."""
    require(current_actor(), "mail:read")
    form = MailForm(request.args)
    which = _chosen(form) if form.validate() else None
    after = request.args.get("after")
    page: Page[ListedDelivery] = deliveries_page(after, which) if which else Page([], None)
    older, charts = older_total(), _charts()
    return render_template(
        "mailroom/mail_list.html",
        page=page,
        places=places_of(page.items),
        form=form,
        kept={name: value for name, value in request.args.items() if name in form and value},
        totals=totals(which) if which else None,
        refused=refused_totals(which.door, form.since.data, form.until.data) if which else [],
        charts=charts,
        terms=_terms([door for door, _chart in charts]),
        older=older,
        older_at_once=min(older, AT_ONCE),
        **_WORDS,
    ), 422 if form.errors else 200


@blueprint.get("/mail/<int:delivery_id>")
@staff_only("admin")
@proved_this_hour
def mail_detail(delivery_id: int) -> str:
    """One message: how it came, what was read in it, who sent it."""
    require(current_actor(), "mail:read")
    delivery = delivery_by_id(delivery_id)
    message, check = delivery.message, delivery.sender_check
    return render_template(
        "mailroom/mail_detail.html",
        delivery=delivery,
        decides=terms_of(Door(delivery.door)).decides,
        listed=listed_delivery(delivery_id),
        judged_at=places_of([delivery]).get(delivery_id),
        message=message,
        needs_a_person=why_a_person(message.defects) if message and not message.readable else "",
        way=way_words(delivery.door, tls=delivery.tls),
        check=check,
        check_rows=check_rows(check.results) if check else [],
        why=why_told(check.results) if check else [],
        has_raw=has_raw(delivery_id),
        is_to_be_read=is_to_be_read(delivery_id),
        duplicates=later_duplicates(delivery_id),
        parser_version=PARSER_VERSION,
        **_WORDS,
    )


@blueprint.get("/mail/<int:delivery_id>/raw")
@staff_only("admin")
@recently_proved
def mail_raw(delivery_id: int) -> str:
    """The beginning of a message as it arrived, as text; that it was looked at is written down."""
    require(current_actor(), "mail:read")
    delivery, raw = delivery_by_id(delivery_id), raw_of(delivery_id, RAW_SHOWN)
    size = delivery.size
    # Whoever asks for the headers alone sees nothing.
    if request.method == "GET":
        with unit_of_work():
            show_raw(delivery_id, by=current_actor())
    return render_template(
        "mailroom/mail_raw.html", delivery=delivery, text=text_of(raw), is_cut=size > RAW_SHOWN
    )


def _page_of(delivery_id: int) -> str:
    return url_for("mailroom.mail_detail", delivery_id=delivery_id)


@blueprint.get("/mail/<int:delivery_id>.eml")
@staff_only("admin")
@proved_before_taking(_page_of)
def mail_file(delivery_id: int) -> Response:
    """A message as it arrived, as a file; that it was taken away is written down."""
    require(current_actor(), "mail:read")
    raw = raw_of(delivery_id)
    if request.method == "GET":
        with unit_of_work():
            take_raw(delivery_id, by=current_actor())
    response = Response(raw, content_type="message/rfc822")
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{delivery_id}.eml"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@blueprint.post("/mail/<int:delivery_id>/again")
@staff_only("admin")
def mail_again(delivery_id: int) -> Redirect:
    """Have a message read once more."""
    require(current_actor(), "mail:read")
    with unit_of_work():
        read_again(delivery_id, by=current_actor())
    flash(_("It is going to be read again. What was read before stays until then."), "good")
    return redirect(in_same_language(url_for("mailroom.mail_detail", delivery_id=delivery_id)), 303)


@blueprint.post("/mail/again")
@staff_only("admin")
def mail_older_again() -> Redirect:
    """Have all be read once more that an older reader has read, or as much of it as is done at once."""
    require(current_actor(), "mail:read")
    with unit_of_work():
        total = read_older_again(by=current_actor())
    flash(
        ngettext(
            "%(num)s message is going to be read again.",
            "%(num)s messages are going to be read again.",
            total,
        ),
        "good",
    )
    return redirect(in_same_language(url_for("mailroom.mail_list")), 303)


def _chosen(form: MailForm) -> DeliveryFilter:
    return DeliveryFilter(
        door=form.door.data or None,
        became=form.became.data or None,
        since=_midnight(form.since.data),
        until=_midnight(form.until.data, days_later=1),
    )


def _charts() -> Sequence[tuple[str, Chart]]:
    """For each door that was used in the last days: how much came in by it on each of them."""
    today = clock.now().astimezone(_zone()).date()
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS_SHOWN))]
    midnights = [datetime.combine(day, time(), _zone()) for day in days]
    names = [format_day(midnight) for midnight in midnights]
    return [
        (door, line_chart([*zip(names, figures, strict=True)]))
        for door, figures in totals_by_day(midnights).items()
    ]


def _terms(doors: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """What decides the place of what comes in by these doors, in sentences, and the names of those that have it."""
    told: dict[str, list[str]] = {}
    for door in doors:
        told.setdefault(str(terms_of(Door(door)).decides), []).append(str(DOOR_NAMES[door]))
    return told


def _midnight(day: date | None, days_later: int = 0) -> datetime | None:
    """When a day begins for whoever asks; a day on which nothing can have come in is brought near."""
    if day is None:
        return None
    near = min(max(day, _FIRST_DAY), _LAST_DAY) + timedelta(days=days_later)
    return datetime.combine(near, time(), _zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(str(get_timezone()))
