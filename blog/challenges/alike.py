"""Which answers are alike: written the same, so that they can be judged together, or of the same sender."""

import hmac

from blog.accounts.values import email_key
from blog.challenges.rules.letter import answer_key
from blog.challenges.rules.normaliser import Options

_SENDER_DIGITS = 16


def stored_key(text: str, options: Options, secret: bytes) -> str | None:
    """The key as it is kept: it leads nobody to the answer, however short that is. None where nothing is said.

    `secret` is that of the challenge, and is forgotten with the answers.
    """
    key = answer_key(text, options)
    return hmac.digest(secret, b"answer\n" + key.encode(), "sha256").hex() if key else None


def sender_name(address: str, secret: bytes | None) -> str | None:
    """What the sender of a message is called in the ledger of a challenge; None where it names nobody.

    It leads nobody to the address: `secret` is that of the challenge, in no export, and forgotten with the answers.
    """
    key = email_key(address)
    if not key or secret is None:
        return None
    return hmac.digest(secret, key.encode(), "sha256").hex()[:_SENDER_DIGITS]
