"""The child that reads: it may die of a message, and only that message notices."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from blog.mailroom.parser.message import ParsedMail
from blog.mailroom.parser.reading import read_message
from blog.mailroom.parser.sandbox import Sandbox, SandboxUnavailableError, read_in_child
from tests.mailroom.parser.mails import SAMPLES, make_mail

SABOTAGED = Path(__file__).with_name("sabotaged_child.py")
COMMAND = (sys.executable, "-S", str(SABOTAGED), "serve")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    one = Sandbox(COMMAND, wall_seconds=60.0)
    yield one
    one.close()


def assert_reads(sandbox: Sandbox) -> None:
    mail = sandbox.read(make_mail(), envelope_sender="pietje@example.org")
    assert (mail.text, mail.readable) == ("Het antwoord is 42.", True)


def test_read_in_child_gives_what_the_reader_gives() -> None:
    for sample in SAMPLES:
        assert read_in_child(sample.raw) == read_message(sample.raw)
    assert read_in_child(make_mail(), envelope_sender="").kind == "automatic"
    assert read_in_child(b"") == read_message(b"")
    # Larger than a pipe holds, both ways.
    long = make_mail("woord " * 150_000)
    assert read_in_child(long) == read_message(long)


@pytest.mark.parametrize("deed", ["exit", "raise", "abort", "kill", "babble", "boast", "nest", "lie"])
def test_a_child_that_dies_or_talks_nonsense_costs_one_message(sandbox: Sandbox, deed: str) -> None:
    mail = sandbox.read(make_mail(deed))

    assert mail == ParsedMail(readable=False, defects=("parser-crashed",))
    assert_reads(sandbox)


def test_a_child_that_eats_memory_costs_one_message(sandbox: Sandbox) -> None:
    assert sandbox.read(make_mail("eat")).defects == ("parser-crashed",)
    assert_reads(sandbox)


def test_a_child_that_burns_its_processor_time_is_ended_by_the_kernel(sandbox: Sandbox) -> None:
    assert sandbox.read(make_mail("burn")).defects == ("parser-timeout",)
    assert_reads(sandbox)


def test_a_child_that_hangs_is_ended_on_the_clock() -> None:
    sandbox = Sandbox(COMMAND, wall_seconds=1.0)
    began = time.monotonic()

    mail = sandbox.read(make_mail("hang"), envelope_sender="")

    assert time.monotonic() - began < 10
    assert (mail.defects, mail.kind) == (("parser-timeout",), "automatic")
    assert_reads(sandbox)
    sandbox.close()


@pytest.mark.parametrize("deed", ["kill", "stop", "exit"])
def test_a_child_that_was_ended_from_outside_costs_no_message(tmp_path: Path, deed: str) -> None:
    sandbox = Sandbox(COMMAND, wall_seconds=2.0)

    mail = sandbox.read(make_mail(f"once {deed} {tmp_path / 'done'}"))

    assert (tmp_path / "done").exists()
    assert (mail.readable, mail.text.split()[:2], mail.defects) == (True, ["once", deed], ())
    sandbox.close()


def test_stray_output_does_not_reach_the_parent(sandbox: Sandbox) -> None:
    assert sandbox.read(make_mail("print")).text == "print"
    assert_reads(sandbox)


def test_the_limit_on_processor_time_is_for_each_message(sandbox: Sandbox) -> None:
    began = child_seconds(sandbox)
    big = make_mail("<p>woord</p>\n" * 15_000, content_type="text/html")
    while child_seconds(sandbox) - began < 1.5:
        assert sandbox.read(big).readable


def test_a_child_that_died_while_idle_costs_nothing(sandbox: Sandbox) -> None:
    assert_reads(sandbox)
    pid = child_pid(sandbox)
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        os.sched_yield()

    assert_reads(sandbox)
    assert child_pid(sandbox) != pid


def test_signals_to_the_whole_group_do_not_reach_the_child(sandbox: Sandbox) -> None:
    assert_reads(sandbox)
    pid = child_pid(sandbox)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(pid, number)

    assert_reads(sandbox)
    assert child_pid(sandbox) == pid


def test_threads_share_a_child(sandbox: Sandbox) -> None:
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        answers[number] = sandbox.read(make_mail(f"exit{number}" if number % 5 else "exit")).text

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {number: f"exit{number}" if number % 5 else "" for number in range(20)}


@pytest.mark.parametrize("command", [(*COMMAND[:-1], "mute"), ("/nonexistent/python",)])
def test_no_message_is_blamed_when_there_can_be_no_child(command: tuple[str, ...]) -> None:
    with pytest.raises(SandboxUnavailableError):
        Sandbox(command).read(make_mail())


def test_a_forked_process_gets_a_child_of_its_own() -> None:
    script = (
        "import os, sys\n"
        "from blog.mailroom.parser.sandbox import read_in_child\n"
        "raw = b'From: a@example.org\\n\\n42'\n"
        "assert read_in_child(raw).text == '42'\n"
        "for _ in range(3):\n"
        "    pid = os.fork()\n"
        "    if not pid:\n"
        "        ok = all(read_in_child(raw).text == '42' for _ in range(3))\n"
        "        from blog.mailroom.parser.sandbox import _shared\n"
        "        _shared.close()\n"
        "        os._exit(0 if ok else 1)\n"
        "    assert os.waitpid(pid, 0)[1] == 0\n"
        "    assert read_in_child(raw).text == '42'\n"
        "print('both')\n"
    )
    root = Path(__file__).resolve().parents[3]

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "both\n", "")


def test_no_child_outlives_its_parent() -> None:
    script = (
        "import os\n"
        "from blog.mailroom.parser import sandbox\n"
        "sandbox.read_in_child(b'From: a@example.org\\n\\n42')\n"
        "print(sandbox._shared._child._process.pid, flush=True)\n"
    )
    root = Path(__file__).resolve().parents[3]
    for ending in ("", "os.kill(os.getpid(), 9)\n"):
        done = subprocess.run(
            [sys.executable, "-c", script + ending],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        deadline = time.monotonic() + 10
        while Path(f"/proc/{done.stdout.strip()}/cmdline").exists() and time.monotonic() < deadline:
            os.sched_yield()
        assert not is_running(int(done.stdout))


def test_the_child_knows_nothing_of_our_environment_and_little_of_our_code() -> None:
    sandbox = Sandbox()
    sandbox.read(make_mail())
    pid = child_pid(sandbox)

    environment = Path(f"/proc/{pid}/environ").read_bytes()
    names = {entry.partition(b"=")[0] for entry in environment.split(b"\0") if entry}

    assert names <= {b"LD_LIBRARY_PATH", b"LC_CTYPE"}
    assert "site-packages" not in Path(f"/proc/{pid}/maps").read_text()
    sandbox.close()


def test_the_kernel_holds_the_child_to_its_limits() -> None:
    sandbox = Sandbox()
    sandbox.read(make_mail())
    lines = Path(f"/proc/{child_pid(sandbox)}/limits").read_text().splitlines()
    limits = {line[:26].strip(): line[26:].split()[:2] for line in lines[1:]}
    soft = {name: both[0] for name, both in limits.items()}
    sandbox.close()

    assert soft["Max address space"] == str(512 * 1024 * 1024)
    # What starting and one message took, rounded up, and four more.
    assert int(soft["Max cpu time"]) in (5, 6)
    assert (soft["Max file size"], soft["Max core file size"]) == ("0", "0")
    for name in ("Max address space", "Max file size", "Max core file size", "Max open files"):
        assert limits[name][0] == limits[name][1]


def child_pid(sandbox: Sandbox) -> int:
    child = sandbox._child  # pyright: ignore[reportPrivateUsage]
    assert child is not None
    return child._process.pid  # pyright: ignore[reportPrivateUsage]


def child_seconds(sandbox: Sandbox) -> float:
    assert_reads(sandbox)
    fields = Path(f"/proc/{child_pid(sandbox)}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
