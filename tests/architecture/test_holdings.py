"""Nothing that we hold of people is forgotten when somebody asks for it: every table is answered for."""

import sqlalchemy as sa
from flask import Flask

from blog.accounts import own_chapters as accounts
from blog.accounts.chapters import chapters, tables_only_for_programs, told_tables
from blog.accounts.holdings import holdings, registered_tables
from blog.articles import own_chapters as articles
from blog.challenges import own_chapters as challenges
from blog.core.db import Base
from blog.discussions import own_chapters as discussions
from blog.mailroom import own_chapters as mailroom
from blog.moderation import own_chapters as moderation

TELLING = (accounts, mailroom, articles, discussions, challenges, moderation)


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


def test_every_table_about_people_is_read_by_them_or_left_to_programs(app: Flask) -> None:
    about_people = {each.table for each in holdings()}
    assert about_people - told_tables() - tables_only_for_programs() == set()
    assert told_tables() & tables_only_for_programs() == set()
    assert (told_tables() | tables_only_for_programs()) - about_people == set()


def test_chapters_have_names_of_their_own(app: Flask) -> None:
    """They are places in one file; registering another chapter under a name that is taken would hide the first."""
    declared = [chapter.name for feature in TELLING for chapter in feature.CHAPTERS]
    assert sorted(declared) == sorted(chapter.name for chapter in chapters())
    assert {"contents", "nothing"}.isdisjoint(declared)


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
