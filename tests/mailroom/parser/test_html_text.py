"""HTML to text: what is seen, what is hidden, and what would break other parsers."""

import time

import pytest

from blog.mailroom.parser import caps
from blog.mailroom.parser.html_text import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Café &amp; thé &#8364; &euro;&nbsp;5", "Café & thé € € 5"),
        ("<p>Een</p><p>Twee</p>", "Een\n\nTwee"),
        ("<div>Een</div><div>Twee</div>", "Een\nTwee"),
        ("<div>Een<br></div><div><br></div><div>Twee</div>", "Een\n\nTwee"),
        ("Een<br>Twee<br/>Drie", "Een\nTwee\nDrie"),
        ("  veel \n\t wit  <b> en </b> vet ", "veel wit en vet"),
        ("<ul><li>Een<li>Twee</ul>", "- Een\n- Twee"),
        ("<ul><li><p>Een</p></li></ul>", "- Een"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        (
            "<blockquote type=cite>a<br>b<blockquote>c</blockquote></blockquote>d",
            "> a\n> b\n>\n>> c\n\nd",
        ),
        ("<blockquote class='gmail_quote'>a</blockquote>", "> a"),
        ("<blockquote style='border:none;border-left:solid #CCC 1.0pt'>a</blockquote>", "> a"),
        ("<blockquote style='margin:0 0 0 40px;border:none;padding:0px'>a<br>b</blockquote>c", "a\nb\n\nc"),
        ("<blockquote style='border-left:none'>a</blockquote>", "a"),
        (
            "Jan schreef op 3-5-2024 om 9:41:<blockquote>a</blockquote>",
            "Jan schreef op 3-5-2024 om 9:41:\n\n> a",
        ),
        ("Mijn antwoord:<blockquote>a</blockquote>", "Mijn antwoord:\n\na"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<a href='https://example.org/a'>hier</a>.", "hier <https://example.org/a>."),
        ("<a href='https://example.org/a'>example.org/a</a>", "example.org/a"),
        ("<a href='https://track.example.org/?u=1'>https://example.org/a</a>", "https://example.org/a"),
        ("<a href='mailto:jan@example.org'>Jan</a> <a href='#a'>b</a> <a name=c>d</a>", "Jan b d"),
        ("<a href='https://example.org/'><img src=a.png></a>ja", "ja"),
        ("<blockquote type=cite><a href='https://example.org/a'>hier</a></blockquote>", "> hier"),
        ("10<sup>6</sup> 10<sup>-3</sup> 2<sup>n</sup> 2<sub>10</sub>", "10^6 10^-3 2^n 2_10"),
        ("x<sup>2</sup> m<sup>3</sup> CO<sub>2</sub> 42 <sup>1</sup>", "x\u00b2 m\u00b3 CO2 42 1"),
        (
            '10<span style="VERTICAL-ALIGN: super; color:#000">6</span> 101<span style="vertical-align:sub">2</span>',
            "10^6 101_2",
        ),
        ('1<span style="vertical-align:baseline">0</span> 10<td style="vertical-align:super">6', "10 10 6"),
        ('10<span style="vertical-align:super"> </span>6<p>2<sup></sup>4', "10 6\n\n24"),
        ("1<sup>e</sup> 2<sup>nd</sup> 1<sup>\u00e8re</sup>", "1e 2nd 1\u00e8re"),
        ("<ol><li>Een<li>Twee</ol><ol><li>A</ol>", "1. Een\n2. Twee\n1. A"),
        ("<ol start=3><li><p>c</p></li><li value=9>i</li><li>j</ol>", "3. c\n\n9. i\n10. j"),
        ("<ol type=a><li>Een<ul><li>x</ul><li>Twee</ol>", "a. Een\n- x\nb. Twee"),
        ('<ol style="list-style-type: upper-alpha"><li>Een</ol>', "A. Een"),
        ("<s>41</s> 42 <strike> a <b>b</b></strike><del>c</del>", "~~41~~ 42 ~~a~~ ~~b~~~~c~~"),
        ('<span style="text-decoration: line-through">41</span>42', "~~41~~42"),
        ('<img alt="\U0001f600" src=x> <img alt="E = mc2">', "\U0001f600 [E = mc2]"),
        ('<img alt="image001.png"><img alt="" src=x><img alt="open" width=1 height=1>ja', "ja"),
        ('<div style="white-space: pre-wrap">a\n  b</div> c\n d', "a\n  b\nc d"),
        ('<pre>a\nb<span style="white-space:normal">c\nd</span></pre>', "a\nbc d"),
        ("<title>t</title><style>p{}</style><script>if (a<b) x()</script>zicht", "zicht"),
        ("a<!-- <b>weg</b> -->b<![CDATA[x]]>c<?php x ?>d<!doctype html>e", "abcde"),
        ("<!--[if mso]>weg<![endif]-->ja", "ja"),
        ("1 < 2 en 3 > 2 & klaar", "1 < 2 en 3 > 2 & klaar"),
        ("<P CLASS=x>Groot</P>", "Groot"),
        ('<p title="a>b">c</p>', "c"),
        ("<p a='x' b=y c>d", "d"),
        ("&#0;&#xD800;&#x110000;&bestaatniet;", "\ufffd\ufffd\ufffd&bestaatniet;"),
        ("a&#13;b&#129;c&#x7f;d&#12;e&#27;f", "a bcd ef"),
        ("<pre>a&#13;b&#129;c&#12;d</pre>", "a\nbc\nd"),
        ("-- <br>Pietje", "-- \nPietje"),
        ("", ""),
    ],
)
def test_html_to_text_shows_what_a_reader_sees(html: str, text: str) -> None:
    assert html_to_text(html)[:4] == (text, "", False, False)


@pytest.mark.parametrize(
    "attribute",
    [
        'style="display:none"',
        "style='DISPLAY : none !important'",
        'style="visibility:hidden"',
        'style="font-size:0"',
        'style="font-size:1px;line-height:1px"',
        'style="font-size:0.05em"',
        'style="opacity:0"',
        'style="opacity:.02"',
        'style="max-height:0px;overflow:hidden"',
        'style="width:0;height:0;overflow:hidden"',
        'style="mso-hide:all"',
        'style="position:absolute;left:-9999px"',
        'style="position: fixed; top: -100em"',
        'style="position:absolute;clip:rect(0 0 0 0)"',
        'style="position:absolute;clip:rect(1px, 1px, 1px, 1px)"',
        'style="clip-path:inset(50%)"',
        'style="text-indent:-9999px"',
        'style="margin-left:-1000px"',
        'style="transform:scale(0)"',
        'style="color:transparent"',
        'style="color:rgba(0, 0, 0, 0)"',
        'style="color:rgb(0 0 0 / 0%)"',
        "hidden",
        'hidden=""',
    ],
)
def test_html_to_text_sets_hidden_text_apart(attribute: str) -> None:
    result = html_to_text(f"voor <span {attribute}>geheim <b>diep</b></span> na")

    assert result.visible == "voor na"
    assert result.hidden == "geheim\ndiep"
    assert result.suspicious


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color:white">wit',
        '<p style="color:#FFF">wit',
        '<p style="color:snow">wit',
        '<p style="color:whitesmoke;background-color:transparent">wit',
        '<p style="color:white;background:rgba(0,0,0,0)">wit',
        '<font color="#fefefe">wit</font>',
        '<p style="color:rgb(255, 255, 255)">wit',
        '<div style="background:#000;color:#000">wit</div>',
        '<table bgcolor=red><tr><td style="color:red">wit</table>',
    ],
)
def test_html_to_text_keeps_text_in_the_colour_of_its_ground_but_flags_it(html: str) -> None:
    assert html_to_text(html)[:4] == ("wit", "", True, False)


@pytest.mark.parametrize(
    "html",
    [
        '<div style="font-size:0"><span style="font-size:14px">groot</span></div>',
        '<div style="visibility:hidden"><span style="visibility:visible">groot</span></div>',
        '<td bgcolor="#000000"><font color="white">groot</font></td>',
        '<body style="background-color:black;color:white">groot',
        '<p style="color:windowtext;font-size:11.0pt">groot',
        '<p style="font-size:medium">groot',
        '<p style="color: rgb(0, 0, 0)">groot',
        '<p style="color: hsl(0, 0%, 0%)">groot',
        '<p style="color: rgb(0 0 0)">groot',
        '<p style="color: rgba(0, 0, 0, 1)">groot',
        '<p style="position:absolute;left:10px;opacity:0.9">groot',
        '<p style="text-indent:-18.0pt;margin-left:36.0pt;mso-list:l0 level1 lfo1">groot',
        '<p style="overflow:hidden;max-width:600px;height:auto">groot',
        '<p style="opacity:.">groot',
        '<p style="font-size:.">groot',
        '<p style="background-color:rgba(0,0,0,0);color:rgba(0,0,0,.87)">groot',
        '<div style="color:transparent"><span style="color:#111">groot</span></div>',
        '<p style="display:none">   </p>groot',
    ],
)
def test_html_to_text_does_not_flag_what_can_be_read(html: str) -> None:
    assert html_to_text(html)[:4] == ("groot", "", False, False)


def test_html_to_text_hides_nothing_after_an_unclosed_hidden_paragraph() -> None:
    assert html_to_text("<p hidden>weg<p>zicht").visible == "zicht"


@pytest.mark.parametrize(
    "html", ["Het is 42 <!-- open", "Het is 42 <b", 'Het is 42 <a href="x', "Het is 42 </b"]
)
def test_html_to_text_takes_what_is_never_closed_for_text(html: str) -> None:
    assert html_to_text(html)[:4] == (html, "", False, False)


def test_html_to_text_reads_on_after_a_script_that_never_ends() -> None:
    assert html_to_text("<script>Het is 42").visible == "Het is 42"


def test_html_to_text_survives_deep_nesting() -> None:
    result = html_to_text("<div>" * 20_000 + "diep" + "</div>" * 20_000)

    assert result.visible == "diep"


def test_html_to_text_says_when_it_stopped() -> None:
    result = html_to_text("<b>" * (caps.HTML_TOKENS + 1) + "x")

    assert (result.visible, result.cut) == ("", True)


@pytest.mark.parametrize("piece", ["<a ", "<!", "</", "<script>", "<a b='\"", "<p>x", "<style><"])
def test_html_to_text_is_linear(piece: str) -> None:
    html = (piece * (1 << 20))[: 1 << 20]
    began = time.process_time()
    html_to_text(html)

    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    "html",
    [
        "&#" + "9" * 500_000 + ";",
        "<p " + "a " * 300_000 + ">",
        "<p style='color:rgb(" + " " * 500_000 + "'>x",
        "<p style='font-size:" + "1" * 500_000 + "'>x",
        "<pre>" + "\n" * 40_000,
    ],
)
def test_html_to_text_is_linear_in_one_long_thing(html: str) -> None:
    began = time.process_time()
    html_to_text(html)

    assert time.process_time() - began < 1.0
