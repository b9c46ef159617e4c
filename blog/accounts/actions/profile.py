"""What somebody shows of themself: their name, the address of their page, a few words, a picture."""

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from blog.accounts import queries
from blog.accounts.actions.people import HANDLE_KEPT, checked_own_name
from blog.accounts.events import HandleChanged, NameChanged, PictureSent
from blog.accounts.models.people import FormerHandle, FormerName, Person
from blog.accounts.names import checked_handle, handle_looks
from blog.accounts.values import checked_bio, checked_name
from blog.core import clock
from blog.core.config import current_settings
from blog.core.db import conflict_of, read_again, session, take_turns
from blog.core.errors import InvalidInput, Message, TooMany
from blog.core.events import publish
from blog.core.jobs.queue import enqueue
from blog.core.lookalikes import look
from blog.core.pictures import SIZES, SquarePicture, picture_name
from blog.core.storage import Storage

# Another name, and another handle, so often in the time of the window: names are for being known by.
MAX_CHANGES = 3
CHANGES_WINDOW = timedelta(days=30)
# Pages that were made a moment ago, and browsers that show one still, ask for the old picture.
PICTURE_KEPT = timedelta(days=1)
# To read one takes our time, also when nothing comes of it.
MAX_PICTURES = 20
PICTURES_WINDOW = timedelta(days=1)
FORGET_PICTURE = "accounts.forget_picture"


def change_profile(person: Person, *, name: str, handle: str, bio: str) -> None:
    """Show somebody under this name, at this handle, with these words.

    A name and a handle that are given up are written down: who was spoken of by the one is still found, and the other
    leads to the new one. Raises `InvalidInput` with all that is wrong (`name`, `handle`, `bio`); then nothing has
    changed.
    """
    read_again(person)
    faults: dict[str, Message] = {}
    for change, typed in ((_rename, name), (_move, handle), (_describe, bio)):
        try:
            change(person, typed)
        except InvalidInput as error:
            faults.update(error.fields)
    if faults:
        raise InvalidInput(next(iter(faults.values())), faults)


def count_picture(person: Person) -> None:
    """Write down that somebody has sent a picture, before it is read. Raises `TooMany`.

    Commit this first: so however many are sent at once, no more than the limit are read.
    """
    read_again(person)
    sent = queries.times_of(person.id, "picture sent", clock.now() - PICTURES_WINDOW)
    if len(sent) >= MAX_PICTURES:
        message = _("You have sent 20 pictures within a day. Try again tomorrow.")
        raise TooMany(message, retry_at=sent[MAX_PICTURES - 1] + PICTURES_WINDOW)
    publish(PictureSent(person))


def choose_picture(person: Person, picture: SquarePicture, storage: Storage) -> None:
    """Show somebody by this picture. The one before is thrown away after a day, unless somebody else has it, too."""
    read_again(person)
    before = person.picture
    # Two people may have the same picture: whoever throws it away waits for whoever takes it.
    for digest in sorted({picture.digest, before or picture.digest}):
        _take_turn(digest)
    for size in SIZES:
        storage.put(picture_name(picture.digest, size), picture.files[size])
    person.picture = picture.digest
    _forget_later(before, unless=picture.digest)


def remove_picture(person: Person) -> None:
    """Show somebody by their initials."""
    read_again(person)
    before, person.picture = person.picture, None
    if before:
        _take_turn(before)
    _forget_later(before)


def forget_picture(digest: str, storage: Storage) -> None:
    """Throw a picture away that nobody has any more; one that somebody has stays."""
    _take_turn(digest)
    if not queries.is_picture_used(digest):
        for size in SIZES:
            storage.remove(picture_name(digest, size))


def _rename(person: Person, typed: str) -> None:
    # Kept as it is, by what rules it ever was given: whoever changes their handle or words sends it along.
    if typed == person.name or checked_name(typed) == person.name:
        return
    name = checked_own_name(typed, person.actor.roles, except_id=person.id)
    now = clock.now()
    if queries.names_left_since(person.id, now - CHANGES_WINDOW) >= MAX_CHANGES:
        message = _("You have changed your name three times in 30 days. Wait a little with the next one.")
        raise InvalidInput(message, {"name": message})
    session.add(FormerName(person_id=person.id, name=person.name, until=now))
    person.name = name
    publish(NameChanged(person))


def _move(person: Person, typed: str) -> None:
    """Give somebody another handle. Two who want one at once: the constraint on the look of handles decides."""
    # Kept as it is: one that was made here may be shorter than what one can choose.
    if typed.strip().lower() == person.handle:
        return
    handle, now = _free_for(person, typed), clock.now()
    # Those that changes are counted by: whoever takes an own one back has one fewer, and gets nothing that is new.
    if queries.handles_left_since(person.id, now - CHANGES_WINDOW) >= MAX_CHANGES:
        message = _(
            "You have changed the address of your page three times in 30 days. Wait a little with the next one."
        )
        raise InvalidInput(message, {"handle": message})
    # The new one is nobody's former one any more; nor is what looks like the old one, which is this person's.
    forgotten = sa.or_(
        FormerHandle.handle_key.in_([look(handle), person.handle_key]), FormerHandle.handle == person.handle
    )
    left = FormerHandle(person_id=person.id, handle=person.handle, handle_key=person.handle_key, left_at=now)
    try:
        with session.begin_nested():
            session.execute(sa.delete(FormerHandle).where(forgotten))
            person.handle = handle
            session.add(left)
    except IntegrityError as error:
        if conflict_of(error) not in {"uq_person_handle", "uq_person_handle_key"}:
            raise
        raise _taken() from error
    publish(HandleChanged(person))


def _free_for(person: Person, typed: str) -> str:
    """A handle that `person` may have. What looks like somebody's is told to be taken, whatever else is wrong."""
    shapes, kept_since = handle_looks(typed), clock.now() - HANDLE_KEPT
    holder = queries.holder_of_look(shapes, kept_since)
    # Whoever is erased in between is found by the second question.
    if holder is None and queries.is_left(shapes, kept_since):
        raise _taken()
    if holder is not None and holder != person.id:
        raise _taken()
    return checked_handle(typed, current_settings().site_name)


def _describe(person: Person, typed: str) -> None:
    person.bio = checked_bio(typed) or None


def _taken() -> InvalidInput:
    message = _("Somebody has this address, or one that looks like it. Choose another one.")
    return InvalidInput(message, {"handle": message})


def _take_turn(digest: str) -> None:
    take_turns(f"accounts.picture.{digest}")


def _forget_later(digest: str | None, unless: str | None = None) -> None:
    if digest and digest != unless:
        run_at = clock.now() + PICTURE_KEPT
        enqueue(FORGET_PICTURE, {"picture": digest}, run_at=run_at)
