"""`make bench`: prints each row as a ratio, the median of several runs, and what repeats it.

Absolute figures drift with the machine, so every row is measured in turn with the least that the same server,
process and database could do, and only the ratio counts.
"""

import os
import statistics
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

import click

from benchmarks import http_load, smtp_load
from benchmarks.served import PREBUILT_PATH
from benchmarks.site import ANSWER_ADDRESS, Site, measured_site
from tests.support.processes import flask_command, free_port, running, wait_for_smtp
from tests.support.web import wait_for_http

RUNS = 5
WORKERS = 2
THREADS = 4


@click.command()
@click.option("--runs", default=RUNS, show_default=True, help="Measurements of each row.")
@click.option("--seconds", default=5.0, show_default=True, help="Length of one HTTP measurement.")
@click.option("--messages", default=2000, show_default=True, help="Messages of one mail measurement.")
@click.option("--only", type=click.Choice(["pages", "mail"]), help="Measure only these rows.")
def bench(runs: int, seconds: float, messages: int, only: str | None) -> None:
    """Measure the pages and the mail door against the least that this machine could do."""
    click.echo(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, medians of {runs} runs")
    click.echo("Repeat with: make bench, or .venv/bin/python -m benchmarks --runs N --only pages|mail")
    with measured_site() as site:
        if only != "mail":
            _bench_pages(site, runs, seconds)
        if only != "pages":
            _bench_mail(site, runs, messages)


def _bench_pages(site: Site, runs: int, seconds: float) -> None:
    with _web_server(site) as port:

        def rate(path: str) -> Callable[[], float]:
            return lambda: http_load.measure(port, path, seconds).per_second

        baseline = rate(PREBUILT_PATH)
        for label, path in (("article page", site.article_path), ("page of 100 comments", site.thread_path)):
            http_load.measure(port, path, 1.0)
            _print_row(f"{label}, anonymous / prebuilt string", "requests", runs, rate(path), baseline)


def _bench_mail(site: Site, runs: int, messages: int) -> None:
    doors = (
        (flask_command("mail", "serve", "--port"), ANSWER_ADDRESS),
        ([sys.executable, "-m", "benchmarks.bare_door"], ANSWER_ADDRESS),
    )

    def rate(command: list[str], address: str) -> Callable[[], float]:
        def measure() -> float:
            port = free_port()
            with running([*command, str(port)], site.environment) as process:
                wait_for_smtp(port, process)
                return smtp_load.accepted_per_second(port, address, messages)

        return measure

    ours, bare = (rate(command, address) for command, address in doors)
    label = f"mail accepted on {smtp_load.CONNECTIONS} connections / bare aiosmtpd and commit"
    _print_row(label, "messages", runs, ours, bare)


def _print_row(
    label: str, unit: str, runs: int, measured: Callable[[], float], baseline: Callable[[], float]
) -> None:
    pairs = [(measured(), baseline()) for _run in range(runs)]
    ratios = sorted(one / other for one, other in pairs)
    one, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    click.echo(
        f"{label}: ratio {statistics.median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f}); "
        f"{one:.0f} against {other:.0f} {unit}/s"
    )


@contextmanager
def _web_server(site: Site) -> Generator[int]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        str(WORKERS),
        "--threads",
        str(THREADS),
        "--keep-alive",
        "30",
        "benchmarks.served:create_measured_app()",
    ]
    with running(command, site.environment) as process:
        wait_for_http(port, "/healthz", process)
        yield port


if __name__ == "__main__":
    bench()
