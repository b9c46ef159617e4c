"""What mail programs send is read rightly: new words, and everything else beside them."""

import pytest

from blog.mailroom.parser.reading import read_message
from tests.mailroom.parser.clients import OLDER, SHAPES, Shape, content


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_read_message_reads_what_a_program_sends(shape: Shape) -> None:
    mail = read_message(shape.raw)

    assert (mail.text, mail.elided) == (shape.text, shape.elided)
    assert (mail.kind, mail.readable) == ("person", True)
    assert set(mail.defects) <= {"html-only"}


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape.html], ids=lambda shape: shape.name)
def test_read_message_reads_the_html_of_a_program_alone(shape: Shape) -> None:
    mail = read_message(content(shape.html or "", "html").mail())

    assert mail.text.split() == shape.text.split()
    assert [line for line in OLDER if line in shape.elided and line not in mail.elided] == []
    assert (mail.readable, mail.defects) == (True, ("html-only",))


def test_the_table_holds_every_program_in_both_languages() -> None:
    names = [shape.name for shape in SHAPES]

    assert len(set(names)) == len(names) >= 40
    for program in (
        "gmail web",
        "gmail app",
        "outlook classic",
        "outlook web",
        "outlook app ios",
        "apple mail",
    ):
        assert {f"{program} nl", f"{program} en"} <= set(names)
    for program in ("iphone", "thunderbird", "yahoo", "proton", "samsung", "k-9", "fairemail"):
        assert {f"{program} nl", f"{program} en"} <= set(names)
