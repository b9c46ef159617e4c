"""Who sent a delivery is written down, and found out anew while the DNS did not answer."""

from datetime import timedelta

from blog.core import clock
from blog.core.db import session
from blog.core.events import publish
from blog.core.jobs.queue import enqueue
from blog.mailroom.authentication.results import CHECKER_VERSION, SenderCheck, SenderClass
from blog.mailroom.events import SenderProven
from blog.mailroom.models import Delivery, SenderCheckRecord

# When it is tried again. After two days it stays unknown: whoever runs that domain's name servers has had their time.
RETRIES = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=36),
)


def note_sender(delivery: Delivery, check: SenderCheck) -> None:
    """Write down what was found out about who sent a delivery, and have it tried again while that is worth it.

    What was proven stays so: by the next look keys may have been changed, and the machine that sent it be forgotten.
    Publishes `SenderProven` where it was not proven before. The caller has locked the delivery.
    """
    record = session.get(SenderCheckRecord, delivery.id)
    before = record.sender_class if record else None
    if before == SenderClass.ALIGNED and check.sender_class is not SenderClass.ALIGNED:
        return
    if record is None:
        record = SenderCheckRecord(delivery_id=delivery.id, tries=0)
        session.add(record)
    record.checker_version, record.checked_at = CHECKER_VERSION, clock.now()
    record.tries += 1
    record.sender_class, record.from_domain = check.sender_class, check.from_domain[:255]
    record.results = check.to_json()
    session.flush()
    if check.is_worth_retrying and record.tries <= len(RETRIES):
        again = clock.now() + RETRIES[record.tries - 1]
        enqueue(
            "mailroom.check_sender",
            {"delivery_id": delivery.id},
            run_at=again,
            key=f"sender:{delivery.id}:{record.tries}",
        )
    if before != SenderClass.ALIGNED and check.sender_class is SenderClass.ALIGNED:
        publish(SenderProven(delivery.id))
