"""The two canonical forms of header fields and bodies (RFC 6376 §3.4), each in linear time."""

from collections.abc import Callable
from typing import Literal

from blog.mailroom.authentication.fields import Field

Form = Literal["simple", "relaxed"]


def simple_field(field: Field) -> bytes:
    """The field as it came."""
    return field.raw


def relaxed_field(field: Field) -> bytes:
    """Its name in lower case, unfolded, each run of white space one space, none around the value."""
    return field.name.encode("ascii") + b":" + _single_spaces(field.value).strip(b" ") + b"\r\n"


def simple_body(body: bytes) -> bytes:
    """Without empty lines at the end, and with one CRLF there, even when there is nothing else."""
    return _without_last_lines(body) + b"\r\n"


def relaxed_body(body: bytes) -> bytes:
    """Each run of white space one space, none at the end of a line, no empty lines at the end."""
    text = _single_spaces(body).replace(b" \r\n", b"\r\n").removesuffix(b" ")
    text = _without_last_lines(text)
    return text + b"\r\n" if text else b""


FIELD_FORMS: dict[Form, Callable[[Field], bytes]] = {"simple": simple_field, "relaxed": relaxed_field}
BODY_FORMS: dict[Form, Callable[[bytes], bytes]] = {"simple": simple_body, "relaxed": relaxed_body}


def _single_spaces(text: bytes) -> bytes:
    """Spaces and tabs made one space. Halving runs beats a regular expression, and nothing makes it quadratic."""
    text = text.replace(b"\t", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def _without_last_lines(text: bytes) -> bytes:
    """The text without all CRLF that end it. A carriage return alone is part of a line."""
    rest = text.rstrip(b"\r\n")
    tail = text[len(rest) :]
    if not tail.endswith(b"\n"):
        return text
    # Every line feed has its carriage return here, so what precedes the last run of CRLF ends with two of these.
    lone = tail.rfind(b"\r\r")
    return rest + tail[: lone + 1]
