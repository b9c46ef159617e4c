"""`flask markdown render`."""

import json

import pytest
from click.testing import Result
from flask import Flask
from flask_babel import Babel

from blog.core.markdown.cli import markdown_cli


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    app = Flask("bare")
    Babel(app)
    app.cli.add_command(markdown_cli)
    return app.test_cli_runner().invoke(args=["markdown", "render", *arguments], input=stdin)


def test_markdown_render_writes_the_html_of_an_article() -> None:
    result = run("--profile", "article", stdin="# Café\n")
    assert (result.exit_code, result.stdout, result.stderr) == (0, '<h2 id="h-cafe">Café</h2>\n', "")


def test_markdown_render_writes_the_html_of_a_comment() -> None:
    result = run("--profile", "comment", stdin="a\nb")
    assert (result.exit_code, result.stdout) == (0, "<p>a<br>\nb</p>\n")


def test_markdown_render_reads_a_json_list_and_writes_one() -> None:
    result = run("--profile", "comment", "--json", stdin=json.dumps(["*é*", "", "\ud800", "<b>"]))
    assert result.exit_code == 0
    assert json.loads(result.stdout) == ["<p><em>é</em></p>\n", "", "<p>\ufffd</p>\n", "<p>&lt;b&gt;</p>\n"]


def test_markdown_render_reads_bytes_that_are_no_text() -> None:
    result = run("--profile", "comment", stdin=b"\xef\xbb\xbfa\xffb\x00")
    assert (result.exit_code, result.stdout) == (0, "<p>a\ufffdb\ufffd</p>\n")


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        ("", "Error: This is not JSON: Expecting value: line 1 column 1 (char 0).\n"),
        ("[1", "Error: This is not JSON: Expecting ',' delimiter: line 1 column 3 (char 2).\n"),
        ('{"a": "b"}', 'Error: Give a JSON list of strings, such as ["one", "two"].\n'),
        ('"a"', 'Error: Give a JSON list of strings, such as ["one", "two"].\n'),
        ('["a", null]', "Error: Item 2 of the list is not a string.\n"),
        ("[" * 200_000, "Error: This JSON is nested too deep: give a list of strings.\n"),
    ],
)
def test_markdown_render_refuses_what_is_not_a_list_of_strings(stdin: str, message: str) -> None:
    result = run("--profile", "article", "--json", stdin=stdin)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", message)


def test_markdown_render_needs_a_profile_that_exists() -> None:
    assert run("--profile", "page").exit_code == 1
    assert run().exit_code == 1
