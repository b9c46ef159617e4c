"""`flask markdown`: the renderer, for people and for checks."""

import json
import sys
from collections.abc import Callable

import click
from flask.cli import AppGroup
from flask_babel import lazy_gettext as _

from blog.core.cli import command, print_json
from blog.core.errors import InvalidInput
from blog.core.markdown.rendering import render_article, render_comment

markdown_cli = AppGroup("markdown", help="Turn Markdown into HTML.")

_PROFILES: dict[str, Callable[[str], str]] = {"article": render_article, "comment": render_comment}


@markdown_cli.command("render")
@click.option("--profile", type=click.Choice(sorted(_PROFILES)), required=True, help="How it will be read.")
@click.option(
    "--json", "as_json", is_flag=True, help="Read a JSON list of sources, print a JSON list of HTML."
)
@command
def render(profile: str, as_json: bool) -> None:
    """Read Markdown from stdin and print its HTML."""
    # Bytes, and forgiving: what is not UTF-8 is shown as U+FFFD, and never ends in a traceback.
    text = sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    to_html = _PROFILES[profile]
    if as_json:
        print_json([to_html(source) for source in _sources_in(text)])
    else:
        click.echo(to_html(text), nl=False)


def _sources_in(text: str) -> list[str]:
    """The list of strings in a JSON document; InvalidInput when it is something else."""
    try:
        document: object = json.loads(text)
    except ValueError as error:
        raise InvalidInput(_("This is not JSON: %(fault)s.", fault=str(error))) from error
    except RecursionError as error:
        raise InvalidInput(_("This JSON is nested too deep: give a list of strings.")) from error
    if not isinstance(document, list):
        raise InvalidInput(_('Give a JSON list of strings, such as ["one", "two"].'))
    sources: list[str] = []
    for number, item in enumerate(document, start=1):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        if not isinstance(item, str):
            raise InvalidInput(_("Item %(number)s of the list is not a string.", number=number))
        sources.append(item)
    return sources
