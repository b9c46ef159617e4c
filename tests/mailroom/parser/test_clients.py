"""What mail programs send is read rightly: new words, and everything else beside them."""

import pytest

from blog.mailroom.parser.containers import MARKS
from blog.mailroom.parser.reading import read_message
from tests.mailroom.parser.clients import OLDER, SHAPES, Shape, content
from tests.mailroom.parser.mails import make_mail


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


UNKNOWN = {
    "gmail in Czech": (
        '<div dir="ltr">{}</div><div class="gmail_quote"><div dir="ltr" class="gmail_attr">p\u00e1 3. 5. 2024 v 9:41 '
        'odes\u00edlatel Jan napsal:<br></div><blockquote class="gmail_quote">Co te\u010f?</blockquote></div>',
        "p\u00e1 3. 5. 2024 v 9:41 odes\u00edlatel Jan napsal:\n\n> Co te\u010f?",
    ),
    "outlook in Turkish": (
        '<div>{}</div><hr><div id="divRplyFwdMsg"><b>Kimden:</b> Jan<br><b>G\u00f6nderildi:</b> 3 May\u0131s</div>'
        "<div>\u015eimdi ne?</div>",
        "Kimden: Jan\nG\u00f6nderildi: 3 May\u0131s\n\u015eimdi ne?",
    ),
    "outlook that quotes outlook": (
        '<div>{}</div><hr><div id="x_divRplyFwdMsg"><b>Kimden:</b> Jan</div><div>Ne?</div>',
        "Kimden: Jan\nNe?",
    ),
    "yahoo in Hungarian": (
        '<div>{}</div><div class="ydp2yahoo_quoted"><div>2024. m\u00e1jus 3., Jan \u00edrta:</div><div>Mi?</div></div>',
        "2024. m\u00e1jus 3., Jan \u00edrta:\nMi?",
    ),
    "thunderbird in Greek": (
        '<p>{}</p><div class="moz-cite-prefix">'
        "3/5/2024, \u03bf Jan \u03ad\u03b3\u03c1\u03b1\u03c8\u03b5:</div><blockquote>\u03a4\u03b9;</blockquote>",
        "3/5/2024, \u03bf Jan \u03ad\u03b3\u03c1\u03b1\u03c8\u03b5:\n\n> \u03a4\u03b9;",
    ),
}


@pytest.mark.parametrize(("page", "elided"), UNKNOWN.values(), ids=UNKNOWN)
def test_read_message_goes_by_the_elements_of_programs_in_any_language(page: str, elided: str) -> None:
    mail = read_message(content(page.replace("{}", "42"), "html").mail())

    assert (mail.text, mail.elided) == ("42", elided)


@pytest.mark.parametrize("mark", [*MARKS])
def test_nobody_can_forge_what_the_elements_say(mark: str) -> None:
    plain = read_message(make_mail(f"Eerst.\n\n{mark}Daarna.\n"))
    page = read_message(content(f"<p>Eerst.</p><p>{mark}&#{ord(mark)};Daarna.</p>", "html").mail())
    marked = read_message(content('<p>Eerst.</p><div class="gmail_attr">Daarna.</div>', "html").mail())

    assert plain.text == page.text == marked.text == "Eerst.\n\nDaarna."


def test_an_older_message_with_nothing_above_it_stays_in_the_text() -> None:
    mail = read_message(content('<div id="divRplyFwdMsg">Van: Jan</div><div>Het is 42.</div>', "html").mail())

    assert (mail.text, mail.elided) == ("Van: Jan\nHet is 42.", "")


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
