"""The people of the demo: one in each role, and how to sign in as them."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from blog.accounts.values import Role
from blog.accounts.weak_passwords import is_common


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as."""

    email: str
    name: str
    role: Role
    language: str


PEOPLE = (
    DemoPerson("admin@example.org", "Noor Jansen", Role.ADMIN, "en"),
    DemoPerson("editor@example.org", "Eva Smit", Role.EDITOR, "nl"),
    DemoPerson("author@example.org", "Ruben Mulder", Role.AUTHOR, "nl"),
    DemoPerson("moderator@example.org", "Mila Hendriks", Role.MODERATOR, "nl"),
    DemoPerson("reader@example.org", "Sander Vos", Role.READER, "nl"),
    DemoPerson("reader2@example.org", "Grace Turner", Role.READER, "en"),
)


def password_file(instance: Path) -> Path:
    """Where the password of the demo people stands: in the instance folder, for the operator only."""
    return instance / "demo-password"


def read_password(instance: Path) -> str | None:
    """The password that all demo people share, or None where there is no demo."""
    try:
        return password_file(instance).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def make_password(instance: Path) -> str:
    """A fresh password for the demo people, kept where `read_password` finds it."""
    password = _drawn_password()
    instance.mkdir(parents=True, exist_ok=True)
    file = password_file(instance)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as writer:
        writer.write(password + "\n")
    return password


def _drawn_password() -> str:
    # Of a few hundred one has digits only behind its word, and is one that is tried first.
    while is_common(password := f"demo-{secrets.token_hex(6)}", _about_people()):
        pass
    return password


def _about_people() -> list[str]:
    return [words for person in PEOPLE for words in (person.name, person.email)]
