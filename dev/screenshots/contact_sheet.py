"""The contact sheet: all pages in small on one picture, drawn by the browser that took them."""

import base64
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from playwright.sync_api import Browser

from dev.screenshots.camera import Thumbnail

MOST_BYTES = 700_000
_STYLE = """
  body { margin: 20px; background: #d9d9d6; font: 12px/1.4 sans-serif; color: #222; }
  main { display: flex; flex-wrap: wrap; gap: 18px 22px; }
  h2 { margin: 0 0 4px; font-size: 12px; }
  div { display: flex; gap: 5px; align-items: start; }
  img { display: block; outline: 1px solid #0003; }
"""


def draw(browser: Browser, thumbnails: Sequence[Thumbnail]) -> bytes:
    """One picture of all thumbnails, a group for each subject; as good as fits into `MOST_BYTES`.

    Raises `ValueError` when they are too many for that, however bad it is.
    """
    page = browser.new_page(viewport={"width": 1840, "height": 900})
    page.set_content(f"<style>{_STYLE}</style><main>{''.join(_groups(thumbnails))}</main>")
    qualities = (
        page.screenshot(full_page=True, type="jpeg", quality=quality) for quality in range(80, 10, -5)
    )
    sheet = next((picture for picture in qualities if len(picture) < MOST_BYTES), None)
    page.close()
    if sheet is None:
        raise ValueError(f"{len(thumbnails)} pictures do not fit on one contact sheet: share them out")
    return sheet


def _groups(thumbnails: Sequence[Thumbnail]) -> Iterable[str]:
    for subject, group in groupby(thumbnails, key=lambda each: each.subject):
        pictures = "".join(
            map(_picture, sorted(group, key=lambda each: (each.scheme != "light", each.width)))
        )
        yield f"<section><h2>{escape(subject)}</h2><div>{pictures}</div></section>"


def _picture(thumbnail: Thumbnail) -> str:
    return f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(thumbnail.jpeg).decode()}">'
