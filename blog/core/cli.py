"""What all commands share: how they print data and how they say no."""

import json
from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar, cast

import click
from flask_babel import gettext as _

from blog.core.errors import DomainError, InvalidInput

# A wrong word on the command line ends like every other refusal: our contract knows one status for "no".
click.UsageError.exit_code = 1

_OUR_ENCODINGS = {"utf-8", "utf8"}
P = ParamSpec("P")
R = TypeVar("R")


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Turn the refusals of a command into one line on stderr and exit status 1.

    It refuses words that are no text itself, before the command begins: Python hands bytes that are not UTF-8 over as
    surrogates (PEP 383), which no database takes and no terminal shows. On stdin they are met when they are used.
    Stands below the `@group.command(…)` decorator, closest to the function.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            _refuse_broken_bytes(click.get_current_context())
            return function(*args, **kwargs)
        except DomainError as error:
            fail(_described(error))
        except (UnicodeDecodeError, UnicodeEncodeError) as error:
            if error.encoding not in _OUR_ENCODINGS:
                # What is to be printed does not fit the terminal: nobody gave it to us.
                raise
            fail(_("What was given holds bytes that are not text in UTF-8."))

    return run


def fail(message: str) -> NoReturn:
    """End the command: `Error: message` on stderr, exit status 1."""
    click.echo(f"Error: {message}", err=True)
    raise click.exceptions.Exit(1)


def print_json(data: object) -> None:
    """Print `data` as JSON, readable and in UTF-8."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _refuse_broken_bytes(given: click.Context) -> None:
    """Raise `InvalidInput` that names the first argument or option that is no text."""
    for parameter in given.command.params:
        if any(_is_broken(word) for word in _words(given.params.get(parameter.name or ""))):
            where = (
                parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
            )
            raise InvalidInput(_("%(where)s holds bytes that are not text in UTF-8.", where=where))


def _words(value: object) -> tuple[object, ...]:
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)


def _is_broken(word: object) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in str(word))


def _described(error: DomainError) -> str:
    lines = [str(error)]
    if isinstance(error, InvalidInput):
        lines += [f"{name}: {fault}" for name, fault in error.fields.items() if str(fault) != lines[0]]
    return "\n".join(lines)
