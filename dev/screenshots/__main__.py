"""Write pictures of all pages into `screenshots/`. Usage: python -m dev.screenshots [NAME …] [--help]

A site of its own runs for it, filled with the demo and with what the browser tests look at.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from dev.screenshots.camera import Job, Studio, Thumbnail, photograph
from dev.screenshots.choice import Choice, choice_of
from dev.screenshots.contact_sheet import draw
from tests.support.chromium import REMEDY, chromium_at, chromium_path
from tests.support.example_site import fill, running_example, session_cookie

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
_GUIDE = "guide-"
_STAFF = {"author", "editor", "moderator", "admin"}


def main() -> None:
    """Take the pictures that the command line asks for, then draw the contact sheets."""
    choice = choice_of(sys.argv[1:])
    browser = chromium_path() or sys.exit(REMEDY)
    begun = time.monotonic()
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_example(Path(folder)) as site:
        places = fill(site.app)
        roles = {page.role for page in choice.pages if page.role}
        cookies = {role: session_cookie(site.app, f"{role}@example.org") for role in roles}
        thumbnails, faults = _photograph_all(Studio(browser, site.url, places, cookies, FOLDER), choice)
    _draw_sheets(browser, choice, thumbnails)
    print(f"The pictures are in {FOLDER.name}/, after {time.monotonic() - begun:.0f} s.")
    if faults:
        sys.exit("\n".join(faults))


def _photograph_all(studio: Studio, choice: Choice) -> tuple[list[Thumbnail], list[str]]:
    """Share the work among the processors. Returns the thumbnails in their order, and what went wrong."""
    jobs = [Job(page, language) for page in choice.pages for language in choice.languages]
    hands = max(1, min(os.cpu_count() or 1, 4, len(jobs)))
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(hands, mp_context=spawning) as pool:
        shares = [jobs[first::hands] for first in range(hands)]
        results = list(pool.map(photograph, [studio] * hands, [choice] * hands, shares))
    thumbnails = [each for small, _faults in results for each in small]
    # Pages as they are listed, then the parts of the style guide as they come.
    subjects = [*(page.name for page in choice.pages), *(each.subject for each in thumbnails)]
    thumbnails.sort(key=lambda each: subjects.index(each.subject))
    return thumbnails, [fault for _small, faults in results for fault in faults]


def _draw_sheets(browser_path: str, choice: Choice, thumbnails: Sequence[Thumbnail]) -> None:
    of_staff = {page.name for page in choice.pages if page.role in _STAFF}
    sheets: dict[str, list[Thumbnail]] = {}
    for each in thumbnails:
        sheets.setdefault(_sheet_of(each.subject, of_staff), []).append(each)
    with chromium_at(browser_path) as browser:
        for name, shown in sheets.items():
            picture = draw(browser, shown)
            for folder in filter(None, (FOLDER, choice.copy_to)):
                folder.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(picture)


def _sheet_of(subject: str, of_staff: Collection[str]) -> str:
    if subject.startswith(_GUIDE):
        return "contact-sheet-styleguide.jpg"
    return "contact-sheet-staff.jpg" if subject in of_staff else "contact-sheet.jpg"


if __name__ == "__main__":
    main()
