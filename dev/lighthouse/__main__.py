"""Run Lighthouse over home and an article, as on a desk and as on a phone. Usage: python -m dev.lighthouse

Prints the four scores of each. Anything under 100 fails, except for performance: that depends on the machine.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from dev.node_tools import FOLDERS, is_installed, node
from tests.support.chromium import ARGUMENTS, REMEDY, chromium_path
from tests.support.example_site import fill
from tests.support.pages import PAGES
from tests.support.running_site import running_site

LOOKED_AT = ("home", "article")
DEVICES = {"desktop": ["--preset=desktop"], "mobile": []}
_QUIET = ["--quiet", "--no-enable-error-reporting"]
MUST_BE_FULL = ("accessibility", "best-practices", "seo")


def main() -> None:
    """Run it, print what it says, and fail where a score is not full."""
    browser, program = chromium_path(), node()
    if browser is None:
        sys.exit(REMEDY)
    if program is None or not is_installed(FOLDERS["lighthouse"]):
        sys.exit("Lighthouse is not installed: make lighthouse, with a network")
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder), with_mail=False) as site:
        places = fill(site.app)
        for page in (page for page in PAGES if page.name in LOOKED_AT):
            for device, options in DEVICES.items():
                report = _report(program, browser, f"{site.url}{page.address(places, 'en')}", options)
                scores = {name: round(100 * each["score"]) for name, each in report["categories"].items()}
                print(f"{page.name:<8} {device:<8}", *(f"{name} {score}" for name, score in scores.items()))
                faults += [f"{page.name}, {device}: {fault}" for fault in _faults(report)]
    if faults:
        sys.exit("\n".join(faults))


def _report(program: str, browser: str, url: str, options: list[str]) -> dict[str, Any]:
    """What Lighthouse says of one address."""
    flags = " ".join(["--headless=new", *ARGUMENTS])
    command = [program, "node_modules/.bin/lighthouse", url, "--output=json", *_QUIET, *options]
    for is_last in (False, False, True):
        done = subprocess.run(
            [*command, f"--chrome-flags={flags}"],
            cwd=FOLDERS["lighthouse"],
            env={**os.environ, "CHROME_PATH": browser},
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            break
        # Now and then the browser gives it no trace of the page (NO_NAVSTART); that says nothing of the page.
        if is_last or b"NO_NAVSTART" not in done.stderr:
            sys.exit(done.stderr.decode())
    return json.loads(done.stdout)


def _faults(report: dict[str, Any]) -> list[str]:
    """The audits that keep a score from being full."""
    audits: dict[str, Any] = report["audits"]
    return [
        f"{name}: {audits[each['id']]['title']}"
        for name in MUST_BE_FULL
        for each in report["categories"][name]["auditRefs"]
        if each["weight"] and audits[each["id"]]["score"] is not None and audits[each["id"]]["score"] < 1
    ]


if __name__ == "__main__":
    main()
