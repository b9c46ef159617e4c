"""Somebody leaves for good: what is noted about others, and what they say of themselves, leads to them no more."""

from collections.abc import Mapping
from typing import cast

import sqlalchemy as sa

from blog.accounts.holdings import Leaving
from blog.accounts.models.notes import PersonNote
from blog.accounts.models.people import Person
from blog.accounts.traces import Traces
from blog.accounts.values import MAX_BIO
from blog.accounts.words import former_reader
from blog.core.db import Base, session, unit_of_work
from blog.core.portions import numbers_in_portions


def erase_from_accounts(leaving: Leaving) -> None:
    """Remove what is noted about somebody, and put right what refers to them in what is said about or by others.

    Only what can mean nobody else is put right: their handles, their page, their address. Opens units of work; doing it
    again changes nothing.
    """
    with unit_of_work():
        session.execute(
            sa.delete(PersonNote)
            .where(PersonNote.person_id == leaving.id)
            .execution_options(synchronize_session=False)
        )
    put_references_right(PersonNote, "body", leaving)
    put_references_right(Person, "bio", leaving, longest=MAX_BIO)


def put_references_right(
    model: type[Base],
    column: str,
    leaving: Leaving,
    *,
    longest: int | None = None,
    besides: Mapping[str, object] | None = None,
) -> None:
    """Take what can only mean them out of a column with texts that belong to no debate, in portions.

    `longest` is how much fits into the column; `besides` are other columns of a row that is put right, and what they
    hold from then on. Rows may be append-only: the database alone changes them.
    """
    traces, called = Traces(leaving), former_reader()
    table = cast("sa.Table", model.__table__)
    number, text = table.c["id"], table.c[column]
    refers = [sa.func.lower(text).contains(each, autoescape=True) for each in traces.references]
    for ids in numbers_in_portions(number, sa.or_(sa.false(), *refers)):
        with unit_of_work():
            # They may be people, each of whom somebody else may hold: locked in the order of their numbers.
            said = sa.select(number, text).where(number.in_(ids)).order_by(number)
            for row_id, words in session.execute(said.with_for_update(key_share=True)).all():
                right = traces.without_references(words, called)[:longest]
                if right != words:
                    changed = {**(besides or {}), column: right}
                    session.execute(sa.update(table).where(number == row_id).values(changed))
