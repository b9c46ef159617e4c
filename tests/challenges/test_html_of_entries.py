"""HTML of a message, in a frame in which nothing loads or acts, and without who sent it."""

import pytest
from flask.testing import FlaskClient

from blog.challenges.blind import HIDDEN, Sender, html_without_sender
from blog.core.markdown.sanitising import sanitise_letter
from blog.mailroom.parser.html_shown import simple_html
from blog.mailroom.parser.reading import read_html
from blog.mailroom.parser.sandbox import html_in_child
from tests.conftest import SignIn
from tests.factories.accounts import make_person
from tests.factories.challenges import make_challenge, make_entry, make_entry_with_file

PIET = Sender("Piet van den Berg", "piet@example.org")
PICTURE = b"\x89PNG \x00\xff pixels"
ADDRESS = "/desk/challenges/small-challenge/entries/1"


def mail(html: str, *, kind: str = "text/html", disposition: str = "") -> bytes:
    """A message with a plain and an HTML part."""
    return (
        "From: Piet van den Berg <piet@example.org>\r\nSubject: Answer\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nForty-two.\r\n"
        f"--x\r\nContent-Type: {kind}; charset=utf-8\r\n{disposition}\r\n{html}\r\n--x--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("html", "simple"),
    [
        ("<p>Forty-<b>two</b>.", "<p>Forty-<b>two</b>.</p>"),
        ("<script>alert(1)</script><p onclick=x>a", "<p>a</p>"),
        ("<style>p{}</style><a href='https://example.org/?me=1'>here</a>", "here"),
        ("<p style='display:none'>hidden</p>", "<p>hidden</p>"),
        (
            "<table><tr><td>1<td>2<tr><td>3</table>",
            "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>",
        ),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("a &lt;script&gt; b", "a &lt;script&gt; b"),
        ("<p>a<p>b<br>c", "<p>a</p><p>b<br>c</p>"),
        ("<iframe src=x></iframe><object data=x></object><form><input></form>z", "z"),
        ("</div></p>", ""),
        ("<p>never closed <b", "<p>never closed &lt;b</p>"),
    ],
)
def test_it_is_written_anew_with_plain_elements(html: str, simple: str) -> None:
    assert simple_html(html) == simple
    # What the sanitiser gets is what it gives: it has the last word, and nothing to say.
    assert sanitise_letter(simple).replace("<tbody>", "").replace("</tbody>", "") == simple


@pytest.mark.parametrize("piece", ["<div>", "<li><ul>", "<b><p>", "<table><tr><td>", "<!--", "<"])
def test_a_page_made_to_hurt_costs_little(piece: str) -> None:
    simple = simple_html(piece * (200_000 // len(piece)))
    assert simple.count("<div>") <= 40
    sanitise_letter(simple)


def test_the_child_reads_what_is_shown_and_no_file() -> None:
    assert html_in_child(mail("<p>Forty-<i>two</i></p>")).strip() == "<p>Forty-<i>two</i></p>"
    assert read_html(mail("<p>No</p>", disposition="Content-Disposition: attachment\r\n")) == ""
    assert read_html(b"Subject: x\r\n\r\nplain") == ""
    assert read_html(b"") == ""
    assert read_html(b"Content-Type: text/html\r\n\r\n<p>one").strip() == "<p>one</p>"


@pytest.mark.parametrize(
    ("html", "blind"),
    [
        ("<p>42</p><p>Piet van den Berg</p>", f"<p>42</p><p>{HIDDEN}</p>"),
        (
            "<p>42</p><p><b>Piet</b> van den <i>Berg</i></p>",
            f"<p>42</p><p><b>{HIDDEN}</b><i></i></p>",
        ),
        ("<p>42</p><p>Groet, Piet van <b>den</b> Berg</p>", f"<p>42</p><p>Groet, {HIDDEN}<b></b></p>"),
        ("<p>Of Piet van <b>den</b> Berg it is.</p>", f"<p>Of {HIDDEN}<b></b> it is.</p>"),
        ("<p>mail piet<b>@</b>example.org now</p>", f"<p>mail {HIDDEN}<b></b> now</p>"),
        ("<div>42</div>Piet<br>van den Berg", f"<div>42</div>{HIDDEN}<br>"),
        ("<p>Piet was van</p><p>den Berg af.</p>", "<p>Piet was van</p><p>den Berg af.</p>"),
        ("<p>a<b>b</b>c &amp; d</p>", "<p>a<b>b</b>c &amp; d</p>"),
        ("<p>Ask piet@example.org</p>", f"<p>Ask {HIDDEN}</p>"),
        ("<p>Piet</p>", "<p>Piet</p>"),
        ("<p>a &amp; &lt;b&gt;</p>", "<p>a &amp; &lt;b&gt;</p>"),
        ("", ""),
    ],
)
def test_it_does_not_tell_who_sent_it(html: str, blind: str) -> None:
    assert html_without_sender(html, PIET) == blind


@pytest.mark.usefixtures("app")
class TestThePage:
    @pytest.fixture
    def editor(self, sign_in: SignIn) -> FlaskClient:
        return sign_in(make_person(role="editor"))

    def test_the_frame_may_do_nothing_and_its_page_loads_nothing(self, editor: FlaskClient) -> None:
        html = "<p>Forty-two</p><img src='https://example.org/spy.png' alt='a cat'><p>Piet van den Berg</p>"
        make_entry(make_challenge(slug="small-challenge"), raw=mail(html))
        page = editor.get(ADDRESS)
        assert f'<iframe class="answer__frame" src="{ADDRESS}/html"' in page.text
        assert 'sandbox=""' in page.text
        assert 'data-key="h"' in page.text
        assert page.headers["Content-Security-Policy"].endswith("; frame-src 'self'")
        shown = editor.get(f"{ADDRESS}/html")
        assert shown.headers["Content-Security-Policy"] == (
            "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
        )
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "<p>Forty-two</p>" in shown.text
        assert "a cat" in shown.text
        for leak in ("spy.png", "Piet", "Berg", "<img", "href"):
            assert leak not in shown.text

    def test_a_message_without_html_offers_none(self, editor: FlaskClient) -> None:
        make_entry(make_challenge(slug="small-challenge"))
        assert "<iframe" not in editor.get(ADDRESS).text
        assert "There is no HTML in this message" in editor.get(f"{ADDRESS}/html?lang=en").text

    def test_it_goes_with_the_bytes(self, editor: FlaskClient) -> None:
        make_entry(make_challenge(slug="small-challenge"), raw=b"")
        assert editor.get(f"{ADDRESS}/html").status_code == 404

    def test_no_other_page_may_have_a_frame(self, editor: FlaskClient) -> None:
        make_challenge(slug="small-challenge")
        page = editor.get("/desk/challenges/small-challenge")
        assert "frame-src" not in page.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("app")
class TestAttachments:
    @pytest.fixture
    def editor(self, sign_in: SignIn) -> FlaskClient:
        return sign_in(make_person(role="editor"))

    def test_a_judge_gets_the_file_under_a_name_that_says_nothing(self, editor: FlaskClient) -> None:
        make_entry_with_file(make_challenge(slug="small-challenge"), PICTURE)
        page = editor.get(f"{ADDRESS}?lang=en").text
        assert f'href="{ADDRESS}/attachments/1"' in page
        assert "A file may show who sent it." in page
        got = editor.get(f"{ADDRESS}/attachments/1")
        assert (got.data, got.content_type) == (PICTURE, "image/png")
        assert got.headers["Content-Disposition"] == 'attachment; filename="entry-1-1.png"'
        assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize(
        "kind", ["text/html", "image/svg+xml", "application/x-msdownload", "application/javascript", "x/y"]
    )
    def test_nothing_acts_in_the_browser_or_starts_a_program(self, editor: FlaskClient, kind: str) -> None:
        make_entry_with_file(make_challenge(slug="small-challenge"), b"<script>1</script>", kind)
        got = editor.get(f"{ADDRESS}/attachments/1")
        assert got.content_type in {"text/plain; charset=utf-8", "application/octet-stream"}
        assert got.headers["Content-Disposition"].endswith(('.txt"', '.bin"'))

    def test_a_text_comes_without_who_wrote_it(self, editor: FlaskClient) -> None:
        content = "Café 42\n\nPiet van den Berg <piet@example.org>".encode()
        make_entry_with_file(make_challenge(slug="small-challenge"), content, "text/csv")
        got = editor.get(f"{ADDRESS}/attachments/1")
        assert got.text == f"Café 42\n\n{HIDDEN} <{HIDDEN}>"
        assert got.content_type == "text/plain; charset=utf-8"

    @pytest.mark.parametrize(
        ("content", "kind", "shown"),
        [
            (
                "Café 42\n\nPiet van den Berg".encode("utf-16"),
                "text/plain; charset=utf-16",
                f"Café 42\n\n{HIDDEN}",
            ),
            (
                b"<p>42</p><p>Piet van den <b>B&#101;rg</b></p>",
                "text/html",
                f"<p>42</p><p>{HIDDEN}<b></b></p>",
            ),
            (b"From: =?utf-8?q?Piet_van_den_Berg?=\n", "text/rfc822-headers", HIDDEN),
        ],
    )
    def test_no_writing_of_a_text_tells_who_wrote_it(
        self, editor: FlaskClient, content: bytes, kind: str, shown: str
    ) -> None:
        make_entry_with_file(make_challenge(slug="small-challenge"), content, kind)
        got = editor.get(f"{ADDRESS}/attachments/1")
        assert (got.text.removeprefix("\ufeff"), got.content_type) == (shown, "text/plain; charset=utf-8")

    def test_a_forwarded_message_comes_as_text_without_who_wrote_it(self, editor: FlaskClient) -> None:
        content = b"From: =?utf-8?q?Piet_van_den_Berg?=\r\nSubject: x\r\n\r\n42\r\n\r\nPiet van den Berg"
        make_entry_with_file(make_challenge(slug="small-challenge"), content, "message/rfc822")
        got = editor.get(f"{ADDRESS}/attachments/1")
        assert got.text == f"From: {HIDDEN}\nSubject: x\n\n42\n\n{HIDDEN}\n"
        assert got.headers["Content-Disposition"] == 'attachment; filename="entry-1-1.txt"'

    @pytest.mark.parametrize("which", ["0", "2", "99999999999999999999"])
    def test_there_is_no_other(self, editor: FlaskClient, which: str) -> None:
        make_entry_with_file(make_challenge(slug="small-challenge"), PICTURE)
        assert editor.get(f"{ADDRESS}/attachments/{which}").status_code == 404

    def test_it_goes_with_the_bytes(self, editor: FlaskClient) -> None:
        attached: list[dict[str, object]] = [{"type": "image/png", "size": 12, "sha256": "0"}]
        make_entry(make_challenge(slug="small-challenge"), raw=b"", attachments=attached)
        page = editor.get(f"{ADDRESS}?lang=en").text
        assert "Attachment 1: image/png" in page
        assert "attachments/1" not in page
        assert "A file may show who sent it." not in page
        assert editor.get(f"{ADDRESS}/attachments/1").status_code == 404

    def test_whoever_does_not_judge_gets_none(self, sign_in: SignIn) -> None:
        make_entry_with_file(make_challenge(slug="small-challenge"), PICTURE)
        assert sign_in(make_person(role="moderator")).get(f"{ADDRESS}/attachments/1").status_code == 403
        author = make_person(role="author")
        assert sign_in(author).get(f"{ADDRESS}/attachments/1").status_code == 403
