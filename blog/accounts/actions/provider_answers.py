"""Somebody brings an answer of the provider. It counts as a wrong guess until the provider stands by it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from blog.accounts.actions.signing_in import MAX_FAILURES_OF_SOURCE, count_guess, forgive
from blog.accounts.models.sign_in import SignInFailure
from blog.core.db import session


@dataclass(frozen=True, slots=True)
class CountedAnswer:
    """An answer that was written down. SQLite gives the number of a row that is gone to the next one: so, and when."""

    id: int
    at: datetime


def count_answer(source: str) -> CountedAnswer:
    """Write down an answer that comes from the network address `source`, before the provider is asked about it.

    Returns what was written, for `take_back`. All who come from one network are counted together, up to the limit of a
    network. Raises `TooMany`.
    """
    key = _key(source)
    count_guess(key, source, None, at_source=MAX_FAILURES_OF_SOURCE)
    # Who counts at this source at the same time waits for us.
    last = (
        sa.select(SignInFailure.id, SignInFailure.at)
        .where(SignInFailure.email_key == key)
        .order_by(SignInFailure.id.desc())
        .limit(1)
    )
    number, at = session.execute(last).one()
    return CountedAnswer(number, at)


def take_back(counted: CountedAnswer, source: str) -> None:
    """Count an answer no more that was no guess, or of which nobody knows. Those before and after it stay counted."""
    this_one = (
        SignInFailure.id == counted.id,
        SignInFailure.at == counted.at,
        SignInFailure.email_key == _key(source),
    )
    session.execute(sa.delete(SignInFailure).where(*this_one))


def forgive_answers(source: str) -> None:
    """The provider stands by an answer, which forgives those before it from the same network."""
    forgive(_key(source), source)


def _key(source: str) -> str:
    return f"PROVIDER:{source}"
