"""What all commands share: how they print data and how they say no."""

import json
from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

import click

from blog.core.errors import DomainError, InvalidInput

# A wrong word on the command line ends like every other refusal: our contract knows one status for "no".
click.UsageError.exit_code = 1

P = ParamSpec("P")
R = TypeVar("R")


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Turn the refusals of a command into one line on stderr and exit status 1.

    Stands below the `@group.command(…)` decorator, closest to the function.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except DomainError as error:
            fail(_described(error))

    return run


def fail(message: str) -> NoReturn:
    """End the command: `Error: message` on stderr, exit status 1."""
    click.echo(f"Error: {message}", err=True)
    raise click.exceptions.Exit(1)


def print_json(data: object) -> None:
    """Print `data` as JSON, readable and in UTF-8."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _described(error: DomainError) -> str:
    lines = [str(error)]
    if isinstance(error, InvalidInput):
        lines += [f"{name}: {fault}" for name, fault in error.fields.items() if str(fault) != lines[0]]
    return "\n".join(lines)
