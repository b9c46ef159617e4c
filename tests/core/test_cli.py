"""What all commands share: words that are no text end in one line on stderr, whichever command they are given to."""

from collections.abc import Iterator
from typing import cast

import click
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from blog.core.cli import command

# `a\xff@b.c`, as Python hands over what somebody typed in an encoding that is not UTF-8.
BROKEN = "a\udcff@b.c"
GROUPS = ("people", "challenges", "articles", "comments", "threads", "mail", "markdown", "site", "jobs")
# What a mail server understands of the pipe door (sysexits.h): there is no such user.
_OTHER_STATUS = {("mail", "receive"): 67}


def _commands(app: Flask) -> Iterator[tuple[str, click.Command]]:
    """Every command of ours, with the group in which it stands."""
    for name in GROUPS:
        group = app.cli.commands[name]
        assert isinstance(group, click.Group)
        for one in group.commands.values():
            yield name, one


def _words_of(one: click.Command, broken: click.Parameter) -> list[str]:
    """What is typed behind a command: all that it needs, and broken bytes for one of its parameters."""
    options: list[str] = []
    arguments: list[str] = []
    for parameter in one.params:
        if not parameter.required and parameter is not broken:
            continue
        word = BROKEN if parameter is broken else _fitting(parameter.type)
        if isinstance(parameter, click.Option):
            options += [parameter.opts[0], word]
        else:
            arguments.append(word)
    return [*options, "--", *arguments]


def _fitting(kind: object) -> str:
    if isinstance(kind, click.Choice):
        return str(next(iter(cast("tuple[object, ...]", kind.choices))))
    return "1" if isinstance(kind, click.IntRange) else "word"


def test_broken_bytes_are_refused_by_every_command_at_every_place(app: Flask, runner: FlaskCliRunner) -> None:
    ends: dict[tuple[str, str, str], tuple[int, int]] = {}
    wanted: dict[tuple[str, str, str], tuple[int, int]] = {}
    for group, one in _commands(app):
        for parameter in one.params:
            if isinstance(parameter, click.Option) and parameter.is_flag:
                continue
            place = (group, str(one.name), str(parameter.name))
            ended = runner.invoke(args=[group, str(one.name), *_words_of(one, parameter)])
            assert isinstance(ended.exception, SystemExit), place
            assert ended.stdout == "", place
            ends[place] = (ended.exit_code, ended.stderr.count("Error: "))
            wanted[place] = (_OTHER_STATUS.get(place[:2], 1), 1)
    assert ends == wanted
    assert len(ends) > 35


def test_it_is_said_in_one_line_which_word_it_was(app: Flask, runner: FlaskCliRunner) -> None:
    for words, name in (
        (["people", "recover", BROKEN], "EMAIL"),
        (["people", "invite", "bo@example.org", "--role", "author", "--by", BROKEN], "--by"),
        (["articles", "import", "a.md", BROKEN], "FILE…"),
    ):
        ended = runner.invoke(args=words)
        assert ended.stderr == f"Error: {name} holds bytes that are not text in UTF-8.\n"


@pytest.mark.parametrize("words", [["create", "--name", "Bo"], ["password"]])
def test_a_password_of_broken_bytes_is_refused(app: Flask, runner: FlaskCliRunner, words: list[str]) -> None:
    given = [*words, "bo@example.org", "--password-stdin"]
    ended = runner.invoke(args=["people", *given], input=b"correct horse \xff battery\n")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == "Error: What was given holds bytes that are not text in UTF-8.\n"


def test_so_are_broken_bytes_that_are_found_only_when_they_are_used(
    app: Flask, runner: FlaskCliRunner
) -> None:
    """With the locale `C`, Python reads stdin without complaining."""

    @click.command()
    @command
    def keep() -> None:
        BROKEN.encode()

    ended = runner.invoke(keep)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == "Error: What was given holds bytes that are not text in UTF-8.\n"


def test_a_fault_of_ours_stays_one(app: Flask, runner: FlaskCliRunner) -> None:
    @click.command()
    @command
    def show() -> None:
        "…".encode("ascii")

    assert isinstance(runner.invoke(show).exception, UnicodeEncodeError)
