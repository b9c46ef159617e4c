"""What has happened to people, for whoever listens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from blog.accounts.models.codes import MailedCode
from blog.accounts.models.erasures import Erasure
from blog.accounts.models.invitations import Invitation
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import Person
from blog.accounts.values import SignInChange
from blog.core.actor import Actor
from blog.core.events import Event


@dataclass(frozen=True, slots=True)
class CodeMailed(Event):
    """A code was made for a mailbox. Code and link token exist nowhere else than here and in the mail.

    When the mailbox has had its mails of this hour, all that receivers have written is undone. So they write to the
    database, and do nothing else.
    """

    asked: MailedCode
    code: str
    link_token: str


@dataclass(frozen=True, slots=True)
class SignInChanged(Event):
    """How somebody signs in has been changed. `email` is who hears of it: the address until then, if that changed."""

    person_id: int
    email: str
    language: str | None
    change: SignInChange
    at: datetime
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class LetterWritten(Event):
    """There is something to tell somebody by mail. `cause` names what for: the same cause is one letter.

    A secret letter holds what lets its reader in; nobody else may see it. From `good_until` on it is of no use.
    """

    cause: str
    recipient: str
    language: str
    subject: str
    text: str
    is_secret: bool = False
    good_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonJoined(Event):
    """Somebody has an account from now on."""

    person: Person


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    """A browser was signed in."""

    person: Person
    method: str


@dataclass(frozen=True, slots=True)
class Confirmed(Event):
    """Somebody who was signed in has shown once more who they are, in the same browser."""

    person: Person
    method: str


@dataclass(frozen=True, slots=True)
class SignInRefused(Event):
    """A password or a second factor was wrong, for somebody who exists or for nobody."""

    person_id: int | None


@dataclass(frozen=True, slots=True)
class SignInHeldBack(Event):
    """Too much was wrong, so somebody is told to come back later: for a person who exists, or for nobody."""

    person_id: int | None


@dataclass(frozen=True, slots=True)
class PasskeyRefused(Event):
    """A passkey was not accepted: one of somebody's, or one that we do not know."""

    person_id: int | None


@dataclass(frozen=True, slots=True)
class SecondStepGuessed(Event):
    """Whoever showed the first of two things has failed at the second so often that its owner should know."""

    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class NameChanged(Event):
    """Somebody goes by another name."""

    person: Person


@dataclass(frozen=True, slots=True)
class HandleChanged(Event):
    """Somebody's page is at another address."""

    person: Person


@dataclass(frozen=True, slots=True)
class PasskeyRenamed(Event):
    """Somebody calls one of their passkeys by another name."""

    person_id: int


@dataclass(frozen=True, slots=True)
class AuditLogExported(Event):
    """Somebody takes the audit log away, or what they chose of it, as a file that ends like this: csv, jsonl."""

    ending: str
    # Which lines: `act`, `person` (a number), `since` and `before` (ISO 8601), each only if it was chosen.
    chosen: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class PictureSent(Event):
    """Somebody has sent a picture of themself, which may turn out to be none."""

    person: Person


@dataclass(frozen=True, slots=True)
class RoleGiven(Event):
    """Somebody may do more; with `invitation` they have taken on what its sender gave them."""

    person: Person
    role: str
    invitation: Invitation | None = None


@dataclass(frozen=True, slots=True)
class RoleTaken(Event):
    """Somebody may do less."""

    person: Person
    role: str


@dataclass(frozen=True, slots=True)
class SignedOutFromAfar(Event):
    """Browsers of somebody were signed out from another one: `browser_id`, or all of them."""

    person_id: int
    browser_id: int | None


@dataclass(frozen=True, slots=True)
class NoteWritten(Event):
    """An admin has noted something about somebody."""

    note: PersonNote
    by: Actor


@dataclass(frozen=True, slots=True)
class InvitationMailed(Event):
    """An invitation was made, or made anew. Its token exists nowhere else than here and in the mail."""

    invitation: Invitation
    token: str = field(repr=False)
    by: Actor


@dataclass(frozen=True, slots=True)
class InvitationRevoked(Event):
    """An invitation was taken back."""

    invitation: Invitation
    by: Actor


@dataclass(frozen=True, slots=True)
class InvitationUsed(Event):
    """Somebody has taken on what they were invited to."""

    invitation: Invitation
    person: Person


@dataclass(frozen=True, slots=True)
class ErasureAsked(Event):
    """Somebody's account is to be erased. The token of the link that takes it back exists here and in the mail only."""

    erasure: Erasure
    person: Person
    token: str = field(repr=False)
    by: Actor


@dataclass(frozen=True, slots=True)
class ErasureImpossible(Event):
    """The account of the last admin stays: there would be nobody to look after the site."""

    erasure: Erasure
    person: Person


@dataclass(frozen=True, slots=True)
class CommentsFateChanged(Event):
    """Something else than was asked for becomes of the comments of somebody who is to be erased."""

    erasure: Erasure
    by: Actor


@dataclass(frozen=True, slots=True)
class ErasureTakenBack(Event):
    """The account stays."""

    erasure: Erasure
    by: Actor


@dataclass(frozen=True, slots=True)
class PersonErased(Event):
    """Somebody has left for good; None for an address that had no account."""

    person_id: int | None
