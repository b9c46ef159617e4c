"""Which answers are written alike: they have the same key, and can be judged together."""

import hmac
import re
import unicodedata
from dataclasses import dataclass

_SPACES = re.compile(r"\s+")
_DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen for a challenge: its language, and whether `é` and `e` are different letters."""

    language: str
    keep_accents: bool = False


def answer_key(text: str, options: Options) -> str:
    """What an answer says, the same for all that are written alike; empty where it says nothing.

    Capitals, widths, spaces and what stands before and behind the words make no difference. Where accents may be left
    out, they make none either.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not options.keep_accents:
        decomposed = unicodedata.normalize("NFD", plain)
        plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _SPACES.sub(" ", plain).strip(" .,;:!?\"'()“”‘’…-–")


def stored_key(text: str, options: Options, secret: bytes) -> str | None:
    """The key as it is kept: it leads nobody to the answer, however short that is. None where nothing is said.

    `secret` is that of the challenge, and is forgotten with the answers.
    """
    key = answer_key(text, options)
    return hmac.digest(secret, b"answer\n" + key.encode(), _DIGEST).hex() if key else None
