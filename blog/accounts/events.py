"""What has happened to people, for whoever listens."""

from dataclasses import dataclass
from datetime import datetime

from blog.accounts.models.codes import MailedCode
from blog.accounts.values import SignInChange
from blog.core.events import Event


@dataclass(frozen=True, slots=True)
class CodeMailed(Event):
    """A code was made for a mailbox. Code and link token exist nowhere else than here and in the mail."""

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


@dataclass(frozen=True, slots=True)
class LetterWritten(Event):
    """There is something to tell somebody by mail. `cause` names what for: the same cause is one letter.

    A secret letter holds what lets its reader in; nobody else may see it.
    """

    cause: str
    recipient: str
    language: str
    subject: str
    text: str
    is_secret: bool = False
