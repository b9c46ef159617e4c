"""Somebody brings an answer of the provider. It counts as a wrong guess until the provider stands by it."""

import sqlalchemy as sa

from blog.accounts.actions.signing_in import count_guess, forgive
from blog.accounts.models.sign_in import SignInFailure
from blog.core.db import session


def count_answer(source: str) -> int:
    """Write down an answer that comes from the network address `source`, before the provider is asked about it.

    Returns the number of what was written, for `take_back`. Raises `TooMany`.
    """
    key = _key(source)
    count_guess(key, source, None)
    # Who counts at this source at the same time waits for us.
    last = sa.select(sa.func.max(SignInFailure.id)).where(SignInFailure.email_key == key)
    return session.scalars(last).one() or 0


def take_back(counted: int, source: str) -> None:
    """The provider could not be asked: nobody knows whether this answer was wrong. Those before it stay counted."""
    this_one = sa.and_(SignInFailure.id == counted, SignInFailure.email_key == _key(source))
    session.execute(sa.delete(SignInFailure).where(this_one))


def forgive_answers(source: str) -> None:
    """The provider stands by an answer, which forgives those before it from the same network."""
    forgive(_key(source), source)


def _key(source: str) -> str:
    return f"PROVIDER:{source}"
