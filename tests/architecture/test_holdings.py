"""Nothing that we hold of people is forgotten when somebody asks for it: every table is answered for."""

import sqlalchemy as sa
from flask import Flask

from blog.accounts.holdings import holdings, registered_tables
from blog.core.db import Base


def test_every_table_is_answered_for(app: Flask) -> None:
    assert set(Base.metadata.tables) - registered_tables() == set()
    assert registered_tables() - set(Base.metadata.tables) == set()


def test_a_table_that_points_to_people_is_about_people(app: Flask) -> None:
    about_people = {each.table for each in holdings()}
    pointing = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name == "person" for key in table.foreign_keys)
    }
    assert pointing - about_people == set()


def test_columns_that_are_kept_back_or_become_files_exist(app: Flask) -> None:
    for each in holdings():
        columns = set(each.columns.columns.keys())
        assert each.without <= columns, each.table
        assert set(each.files) <= columns, each.table


def test_no_digest_hash_or_token_of_ours_is_given_away(app: Flask) -> None:
    given = {
        f"{each.table}.{column.name}"
        for each in holdings()
        for column in each.columns.columns
        if column.name not in each.without
        if any(word in column.name for word in ("digest", "hash", "token", "mac", "secret"))
    }
    # Whether a letter was secret is no secret; its text was mailed to this person.
    assert given == {"outbox_message.is_secret"}


def test_bytes_become_files(app: Flask) -> None:
    for each in holdings():
        for column in each.columns.columns:
            if isinstance(column.type, sa.LargeBinary) and column.name not in each.without:
                assert column.name in each.files, f"{each.table}.{column.name}"
