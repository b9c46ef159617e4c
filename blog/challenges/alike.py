"""Which answers are alike: written the same, so that they can be judged together, or of the same sender."""

import hmac

from blog.accounts.values import email_key
from blog.challenges.rules.letter import answer_key
from blog.challenges.rules.normaliser import Options

_SENDER_DIGITS = 16


def stored_key(text: str, options: Options, secret: bytes, sender: str = "") -> str | None:
    """The key as it is kept; None where nothing is said.

    It goes with the answer. Whoever has our database could find a short one by trying as long as `secret`, which is
    that of the challenge, is kept beside it: until the challenge has ended. `sender`: with which name it may be signed.
    """
    key = answer_key(text, options, sender)
    return hmac.digest(secret, b"answer\n" + key.encode(), "sha256").hex() if key else None


def sender_name(address: str, secret: bytes | None) -> str | None:
    """What the sender of a message is called in the ledger of a challenge; None where it names nobody.

    `secret` is that of the challenge, in no export, so the name leads no reader of a ledger to the address. Whoever has
    our database could try addresses until the challenge has ended: then the secret is forgotten, and no name is given.
    """
    key = email_key(address)
    if not key or secret is None:
        return None
    return hmac.digest(secret, key.encode(), "sha256").hex()[:_SENDER_DIGITS]
