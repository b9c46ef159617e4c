"""What an operator sets for doors that others keep for us."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from blog.core.config import ConfigurationError, Settings, load_settings

HOOK = {"POSTMARK_USER": "postmark", "POSTMARK_PASSWORD": "a long enough password"}
BOX = {"IMAP_HOST": "imap.example.org", "IMAP_USER": "answers@example.org"}
SECRET = {"IMAP_PASSWORD": "p4ss"}


def load(folder: Path, given: Mapping[str, str]) -> Settings:
    return load_settings({"INSTANCE": str(folder), **given})


def test_no_door_of_others_is_open_unless_it_is_set_up(tmp_path: Path) -> None:
    settings = load(tmp_path, {})

    assert (settings.mailgun_signing_key, settings.postmark, settings.mailbox) == (None, None, None)


def test_it_shows_no_secret_of_a_door(tmp_path: Path) -> None:
    given = {"MAILGUN_SIGNING_KEY": "k3y-of-theirs", **HOOK, **BOX, **SECRET}

    shown = repr(load(tmp_path, given)) + repr(
        load(tmp_path, {**BOX, "IMAP_TOKEN_COMMAND": "tell --token t0k"})
    )

    for secret in ("k3y-of-theirs", HOOK["POSTMARK_PASSWORD"], "p4ss", "t0k"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("given", "port", "security"),
    [
        ({}, 993, "tls"),
        ({"IMAP_SECURITY": "starttls"}, 143, "starttls"),
        ({"IMAP_PORT": "10993"}, 10993, "tls"),
        ({"IMAP_SECURITY": "none", "IMAP_HOST": "localhost"}, 143, "none"),
    ],
)
def test_a_mailbox_is_reached_over_tls(
    tmp_path: Path, given: dict[str, str], port: int, security: str
) -> None:
    box = load(tmp_path, {**BOX, **SECRET, **given}).mailbox

    assert box is not None
    assert (box.port, box.security, box.folder) == (port, security, "INBOX")


def test_a_command_that_gives_a_token_is_split_as_a_shell_would(tmp_path: Path) -> None:
    box = load(tmp_path, {**BOX, "IMAP_TOKEN_COMMAND": "tell-token 'my account' --short"}).mailbox

    assert box is not None
    assert (box.token_command, box.password) == (("tell-token", "my account", "--short"), "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"POSTMARK_USER": "x"}, "POSTMARK_PASSWORD: missing; POSTMARK_USER needs"),
        ({**HOOK, "POSTMARK_PASSWORD": "short"}, "POSTMARK_PASSWORD: too short; give at least 16"),
        ({**HOOK, "POSTMARK_USER": "a:b"}, "POSTMARK_USER: holds a colon"),
        ({"IMAP_USER": "x"}, "IMAP_HOST: missing; IMAP_USER needs IMAP_HOST, IMAP_USER beside each other"),
        (BOX, "IMAP_HOST: needs either IMAP_PASSWORD or IMAP_TOKEN_COMMAND, and not both"),
        ({**BOX, **SECRET, "IMAP_TOKEN_COMMAND": "x"}, "IMAP_HOST: needs either IMAP_PASSWORD or"),
        ({**BOX, "IMAP_TOKEN_COMMAND": "x 'y"}, "IMAP_TOKEN_COMMAND: a quote in it is not closed"),
        ({**BOX, **SECRET, "IMAP_SECURITY": "ssl"}, "IMAP_SECURITY: 'ssl' is not known; give one of tls"),
        ({**BOX, **SECRET, "IMAP_SECURITY": "none"}, "IMAP_SECURITY: none would send the password"),
        ({**BOX, "IMAP_PASSWORD": "a\r\nb"}, "IMAP_PASSWORD: holds something that is not printed"),
        ({**BOX, **SECRET, "IMAP_PORT": "x"}, "IMAP_PORT: 'x' is not a port"),
        ({**BOX, **SECRET, "IMAP_HOST": "imap example"}, "IMAP_HOST: 'imap example' is not a domain"),
        ({"IMAP_PASWORD": "x"}, "IMAP_PASWORD: unknown; the names are IMAP_HOST"),
        ({"MAILGUN_KEY": "x"}, "MAILGUN_KEY: unknown; the names are MAILGUN_SIGNING_KEY"),
        ({"POSTMARK_TOKEN": "x"}, "POSTMARK_TOKEN: unknown; the names are POSTMARK_USER"),
    ],
)
def test_it_stops_at_a_door_that_cannot_be(tmp_path: Path, given: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError) as stop:
        load(tmp_path, given)

    assert any(line.startswith(said) for line in str(stop.value).splitlines()), str(stop.value)
