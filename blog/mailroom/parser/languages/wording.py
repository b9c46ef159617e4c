"""The form in which a language is written down: what mail programs put around and above a person's words."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language. Everything is compared without case and with punctuation taken as spaces, so `napisał(a)`
    stands here as `napisał a`; Chinese and Japanese are compared character by character.

    `openers`: how the line above a quotation begins; `verbs`: what it says somebody did; `own`: how people say
    that they did so themselves, which makes it a sentence of theirs; `labels`: the header block that Outlook
    and forwards put above a quotation, by kind; `separators`: the words between dashes above it;
    `announcements`: the line with a colon that stands there without dashes; `devices_sign`: how the signature
    of a telephone begins; `devices_end`: how it ends, where the device comes first; `devices_around`: how it
    begins and ends, where people begin sentences so too; `greetings`, `closings`: how a letter begins and ends
    when nothing has been said yet; `automatic`: how the subject of an automatic reply begins; `absent`: the
    same, for words that people begin a subject with too; `undelivered`: how the subject of a bounce begins;
    `replied`: what a reply puts before the subject.
    """

    openers: tuple[str, ...]
    verbs: tuple[str, ...]
    own: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, ...]]
    separators: tuple[str, ...]
    announcements: tuple[str, ...]
    devices_sign: tuple[str, ...] = ()
    devices_end: tuple[str, ...] = ()
    devices_around: tuple[tuple[str, str], ...] = ()
    greetings: tuple[str, ...]
    closings: tuple[str, ...]
    automatic: tuple[str, ...]
    absent: tuple[str, ...] = ()
    undelivered: tuple[str, ...]
    replied: tuple[str, ...] = ("re",)
