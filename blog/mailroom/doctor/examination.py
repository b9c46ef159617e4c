"""`flask mail doctor`: whether mail can come in and go out, looked at from outside as far as that goes."""

import time
from collections.abc import Callable, Iterator

from blog.core.config import Settings
from blog.mailroom.authentication.resolver import Resolver
from blog.mailroom.doctor.domain import domain_findings, signature_not_known
from blog.mailroom.doctor.finding import Finding
from blog.mailroom.doctor.machine import clock_finding, disk_finding
from blog.mailroom.doctor.relay import relay_finding
from blog.mailroom.doctor.round_trip import round_trip_findings
from blog.mailroom.doctor.ways_in import mailbox_findings, smtp_findings, webhook_findings

_LOOK_EVERY = 0.2


def _rest() -> None:
    time.sleep(_LOOK_EVERY)


def findings(
    settings: Settings,
    new_resolver: Callable[[], Resolver],
    *,
    sends: bool = True,
    rest: Callable[[], object] = _rest,
) -> Iterator[Finding]:
    """Look at everything, one after the other.

    With `sends` a mail goes to ourselves, and the site answers it to itself: at most a hundred seconds, in which `rest`
    is done between two looks. `new_resolver`: its answers have a time limit that begins when it is made.
    """
    yield from domain_findings(settings, new_resolver)
    yield relay_finding(settings)
    yield disk_finding(settings)
    yield clock_finding()
    yield from smtp_findings(settings)
    yield from mailbox_findings(settings)
    yield from webhook_findings(settings)
    if sends:
        yield from round_trip_findings(settings, new_resolver, rest)
    else:
        yield signature_not_known()
