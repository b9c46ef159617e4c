"""What browsers are given beside pages: joined style sheets, scripts and fonts, each kept for as long as it holds."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from fontTools.ttLib import TTFont

from blog.core import assets
from blog.core.assets import STATIC, STYLE_SHEETS, font_urls, static_url, stylesheet_source, stylesheet_url
from dev.typefaces import FACES, FAMILY

_FOR_EVER = "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", STYLE_SHEETS)
def test_a_style_sheet_is_kept_for_ever_under_the_address_of_its_content(app: Flask, name: str) -> None:
    with app.test_request_context():
        address = stylesheet_url(name)
    answer = app.test_client().get(address)

    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert answer.headers["Cache-Control"] == _FOR_EVER
    assert answer.text == stylesheet_source(name)


def test_under_an_old_address_it_is_found_but_not_kept(app: Flask) -> None:
    answer = app.test_client().get("/assets/common-0000.css")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_style_sheet_that_nobody_has_is_not_found(app: Flask) -> None:
    assert app.test_client().get("/assets/none-0000.css").status_code == 404


@pytest.mark.parametrize("kind", ["style", "script"])
def test_text_is_packed_for_who_can_unpack_it(app: Flask, kind: str) -> None:
    with app.test_request_context():
        address = stylesheet_url("common") if kind == "style" else static_url("js/site.js")
    client = app.test_client()
    plain, packed = (
        client.get(address, headers={"Accept-Encoding": accepted}) for accepted in ("identity", "gzip, br")
    )

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) * 0.6
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_script_that_has_not_changed_is_not_sent_again(app: Flask, encoding: str) -> None:
    client = app.test_client()
    headers = {"Accept-Encoding": encoding}
    first = client.get("/assets/0000/js/menu.js", headers=headers)
    again = client.get("/assets/0000/js/menu.js", headers={**headers, "If-None-Match": first.headers["ETag"]})
    other = client.get("/assets/0000/js/menu.js", headers={**headers, "If-None-Match": '"another"'})

    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    assert (again.status_code, again.data) == (304, b"")
    assert other.status_code == 200


def test_a_packed_and_a_plain_answer_are_not_taken_for_each_other(app: Flask) -> None:
    client = app.test_client()
    plain, packed = (
        client.get("/assets/0000/js/menu.js", headers={"Accept-Encoding": encoding}).headers["ETag"]
        for encoding in ("identity", "gzip")
    )

    assert plain != packed


def test_what_is_sent_has_no_comments() -> None:
    assert "/*" not in stylesheet_source("common")


def test_the_faces_are_named_in_the_style_sheet_and_sent_as_fonts(app: Flask) -> None:
    addresses = re.findall(r'url\("([^"]+)"\)', stylesheet_source("common"))

    assert len(addresses) == len(FACES)
    for address in addresses:
        with app.test_client().get(f"/assets/{address}") as answer:
            assert (answer.status_code, answer.mimetype) == (200, "font/woff2")
            assert answer.headers["Cache-Control"] == _FOR_EVER


def test_a_page_fetches_the_upright_faces_early(app: Flask) -> None:
    with app.test_request_context():
        wanted = font_urls()
    page = app.test_client().get("/").text

    assert [Path(url).stem for url in wanted] == ["read-regular", "read-bold"]
    assert re.findall(r'<link rel="preload" href="([^"]+)" as="font"', page) == wanted


def test_without_fonts_a_page_is_set_in_a_face_of_the_device(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def nothing_is_made(_name: str) -> bool:
        return False

    monkeypatch.setattr(assets, "_is_made", nothing_is_made)
    assets.stylesheet_source.cache_clear()
    try:
        with app.test_request_context():
            assert font_urls() == []
        assert "@font-face" not in stylesheet_source("common")
    finally:
        assets.stylesheet_source.cache_clear()


@pytest.mark.parametrize("name", FACES)
def test_a_face_has_our_name_and_the_letters_of_europe(name: str) -> None:
    """Its licence asks for another name than the one it came with."""
    with (STATIC / "fonts" / f"{name}.woff2").open("rb") as file, TTFont(file) as font:
        records, letters = font["name"].names, set(font.getBestCmap() or {})

    names = {record.nameID: record.toUnicode() for record in records}
    assert names[1] == names[4] == FAMILY
    assert "Open Font License" in names[13]
    assert not [text for number, text in names.items() if "Source" in text and number != 0]
    assert {ord(letter) for letter in "ëïéŁőßçåø–—‘’“”…€"} <= letters


def test_a_face_is_small() -> None:
    assert sum((STATIC / "fonts" / f"{name}.woff2").stat().st_size for name in FACES) < 70_000


def test_a_script_outside_of_the_folder_is_not_sent(app: Flask) -> None:
    with app.test_request_context():
        assert static_url("../config.py").startswith("/assets/missing/")
    assert app.test_client().get("/assets/x/../config.py").status_code == 404
