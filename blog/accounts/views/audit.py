"""What was done to accounts and by staff, to read and to take away."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Response, render_template, request, stream_with_context, url_for
from flask_babel import get_timezone
from flask_babel import gettext as _

from blog.accounts.actions.audit import export_log
from blog.accounts.forms import AuditForm
from blog.accounts.models.audit import AuditRecord
from blog.accounts.models.people import Person
from blog.accounts.oversight import AUDIT_COLUMNS, AuditFilter, audit_page, audit_trail, people_in_records
from blog.accounts.queries import person_by_email, person_by_handle
from blog.accounts.views.blueprint import Page, desk
from blog.accounts.views.proof import proved_before_taking, proved_this_hour
from blog.accounts.words import AuditWords
from blog.core import clock
from blog.core.csv_lines import csv_line
from blog.core.db import unit_of_work
from blog.core.pagination import Page as PageOf
from blog.core.routing import staff_only

_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


def _list_of_the_same() -> str:
    query = request.query_string.decode("ascii", "replace")
    return f"{url_for('people_desk.audit_list')}?{query}".rstrip("?")


@desk.get("/audit")
@staff_only("admin")
@proved_this_hour
def audit_list() -> Page:
    """What was done, the last first."""
    form = AuditForm(request.args)
    which = _chosen(form)
    page: PageOf[AuditRecord] = audit_page(request.args.get("after"), which) if which else PageOf([], None)
    return render_template(
        "accounts/audit_list.html",
        page=page,
        form=form,
        names=names_in(page.items),
        kept={name: value for name, value in request.args.items() if name in form and value},
    ), 422 if form.errors else 200


@desk.get("/audit.csv")
@staff_only("admin")
@proved_before_taking(_list_of_the_same)
def audit_csv() -> Response:
    """The same as a table for spreadsheets (RFC 4180), from the beginning."""
    return _download(_csv, "text/csv; charset=utf-8", "csv")


@desk.get("/audit.jsonl")
@staff_only("admin")
@proved_before_taking(_list_of_the_same)
def audit_json_lines() -> Response:
    """The same for programs: one JSON object on each line, from the beginning."""
    return _download(_json_lines, "application/jsonl", "jsonl")


def names_in(records: Sequence[AuditRecord]) -> AuditWords:
    """What the people in these records are called, with all of them asked for at once."""
    return AuditWords({person_id: person.name for person_id, person in people_in_records(records).items()})


def _csv(which: AuditFilter) -> Iterator[str]:
    yield csv_line(AUDIT_COLUMNS)
    for row in audit_trail(which):
        details = json.dumps(row["details"], ensure_ascii=False, sort_keys=True)
        yield csv_line((row | {"details": details}).values())


def _json_lines(which: AuditFilter) -> Iterator[str]:
    for row in audit_trail(which):
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _download(lines_of: Callable[[AuditFilter], Iterator[str]], mimetype: str, ending: str) -> Response:
    """What was asked for as a file; 422 where that cannot be: an empty file would say that nothing was done."""
    form = AuditForm(request.args)
    which = _chosen(form)
    if which is None:
        return Response(_faults(form), 422, content_type="text/plain; charset=utf-8")
    # Whoever asks for the headers alone takes nothing away.
    if request.method == "GET":
        with unit_of_work():
            export_log(ending, which)
    name = f"audit-{clock.now():%Y-%m-%d}.{ending}"
    response = Response(stream_with_context(lines_of(which)), content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _faults(form: AuditForm) -> str:
    """What is wrong with what was asked for, one line for each field."""
    faults = [f"{field.label.text}: {field.errors[0]}" for field in form if field.errors]
    return "\n".join([_("Nothing was exported."), *faults, ""])


def _chosen(form: AuditForm) -> AuditFilter | None:
    """What the form asks for; None where it asks for what cannot be, which its fields then say."""
    if not form.validate():
        return None
    who = (form.who.data or "").replace("\x00", "").strip()
    person = _person_called(who) if who else None
    if who and person is None:
        form.who.errors = [_("Nobody here has this mail address or handle.")]
        return None
    return AuditFilter(
        act=form.act.data or None,
        person_id=person.id if person else None,
        since=_midnight(form.since.data),
        until=_midnight(form.until.data, days_later=1),
    )


def _person_called(who: str) -> Person | None:
    return person_by_handle(who.removeprefix("@").lower()) or person_by_email(who)


def _midnight(day: date | None, days_later: int = 0) -> datetime | None:
    """When a day begins for whoever asks; a day on which nothing can have been done here is brought near."""
    if day is None:
        return None
    near = min(max(day, _FIRST_DAY), _LAST_DAY) + timedelta(days=days_later)
    return datetime.combine(near, time(), ZoneInfo(str(get_timezone())))
