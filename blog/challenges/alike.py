"""Which answers are written alike: they have the same key, and can be judged together."""

import hmac

from blog.challenges.rules.letter import answer_key
from blog.challenges.rules.normaliser import Options


def stored_key(text: str, options: Options, secret: bytes) -> str | None:
    """The key as it is kept; None where nothing is said.

    It goes with the answer. Whoever has our database could find a short one by trying as long as `secret`, which is
    that of the challenge, is kept beside it: until the challenge has ended.
    """
    key = answer_key(text, options)
    return hmac.digest(secret, b"answer\n" + key.encode(), "sha256").hex() if key else None
