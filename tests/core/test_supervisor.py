"""The supervisor, with real processes: what it starts, keeps alive, passes on and stops."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from blog.core.supervisor import Program, read_procfile

ROOT = Path(__file__).resolve().parents[2]
# Says its process id, then lives until it is told to stop.
_LIVES = """
import os, signal
print("pid", os.getpid())
while True:
    signal.pause()
"""
_STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _LIVES
_SAYS_GOODBYE = (
    """
import signal, sys
def end(*_):
    print("goodbye")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
"""
    + _LIVES
)
_HAS_A_WORKER = (
    """
import subprocess, sys
worker = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print("worker", worker.pid)
"""
    + _LIVES
)
_ENDS_ITSELF = "print('no luck')\nraise SystemExit(7)\n"


class Running:
    """A supervisor in a process of its own, and everything that it has printed."""

    def __init__(self, folder: Path, procfile: str, *arguments: str) -> None:
        (folder / "Procfile").write_text(procfile, encoding="utf-8")
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "blog.core.supervisor", str(folder / "Procfile"), *arguments],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def text(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def pids(self, name: str, word: str = "pid") -> list[int]:
        """The process ids that the program `name` printed, one for each of its lives."""
        return [int(pid) for pid in re.findall(rf"^{name} +\| {word} (\d+)$", self.text(), re.MULTILINE)]

    def wait_for(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, self.text()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=0.02)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=20)


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a supervisor of programs given as Python code; whatever is left is killed afterwards."""
    started: list[Running] = []

    def run(*arguments: str, **programs: str) -> Running:
        for name, code in programs.items():
            (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
        lines = [f"{name}: '{sys.executable}' '{tmp_path / name}.py'\n" for name in programs]
        started.append(Running(tmp_path, "".join(lines), *arguments))
        return started[-1]

    yield run
    for running in started:
        running.process.kill()
        running.process.wait()
        for pid in re.findall(r"\| (?:pid|worker) (\d+)", running.text()):
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)


def _is_alive(pid: int) -> bool:
    """Whether a process runs; on Linux also: a dead one that nobody has waited for (a zombie) does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return sys.platform != "linux"
    return state != "Z"


def test_it_puts_the_name_before_every_line_also_the_last_without_an_end(start: Start) -> None:
    running = start(one="print('first\\nsecond')\nprint('half', end='')\nraise SystemExit(3)")
    running.wait_for(lambda: "ended" in running.text())
    assert running.text().splitlines()[:4] == [
        "one        | first",
        "one        | second",
        "one        | half",
        "supervisor | one ended (exit status 3); it is started again in 0.25 s.",
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_all_programs_and_ends_well_when_asked(start: Start, number: signal.Signals) -> None:
    running = start(web=_SAYS_GOODBYE, mail=_SAYS_GOODBYE)
    running.wait_for(lambda: running.pids("web") and running.pids("mail"))
    assert running.stop(number) == 0
    assert "web        | goodbye" in running.text()
    assert "mail       | goodbye" in running.text()


def test_it_starts_a_killed_program_again_and_leaves_the_others_alone(start: Start) -> None:
    running = start(web=_LIVES, mail=_LIVES)
    running.wait_for(lambda: running.pids("web") and running.pids("mail"))
    os.kill(running.pids("web")[0], signal.SIGKILL)
    running.wait_for(lambda: len(running.pids("web")) == 2)
    assert len(running.pids("mail")) == 1
    assert "supervisor | web ended (killed by SIGKILL); it is started again in 0.25 s." in running.text()
    assert running.stop() == 0


def test_it_ends_what_a_killed_program_leaves_behind(start: Start) -> None:
    running = start(web=_HAS_A_WORKER)
    running.wait_for(lambda: running.pids("web"))
    worker = running.pids("web", "worker")[0]
    os.kill(running.pids("web")[0], signal.SIGKILL)
    running.wait_for(lambda: not _is_alive(worker))


def test_it_gives_up_after_five_quick_deaths_in_a_row_and_stops_the_others(start: Start) -> None:
    running = start(bad=_ENDS_ITSELF, good=_SAYS_GOODBYE)
    assert running.process.wait(timeout=30) == 1
    assert running.text().count("bad        | no luck") == 5
    assert "supervisor | bad ended (exit status 7), 5 times in a row: giving up." in running.text()
    assert "good       | goodbye" in running.text()


def test_it_says_which_program_does_not_exist(tmp_path: Path) -> None:
    running = Running(tmp_path, "web: no-such-program-anywhere\n")
    running.wait_for(lambda: "web cannot be started: No such file or directory" in running.text())
    assert running.stop() == 0


def test_a_second_interrupt_kills_what_does_not_stop(start: Start) -> None:
    running = start(web=_STUBBORN)
    running.wait_for(lambda: running.pids("web"))
    running.process.send_signal(signal.SIGINT)
    running.wait_for(lambda: "Stopping" in running.text())
    assert running.process.poll() is None
    assert running.stop(signal.SIGINT) == 0
    assert not _is_alive(running.pids("web")[0])


def test_a_second_sigterm_lets_programs_finish(start: Start, tmp_path: Path) -> None:
    """Make passes SIGTERM on, so a signal to the whole process group arrives twice."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    running = start(
        web=_SAYS_GOODBYE.replace('print("goodbye")', f'print("goodbye", open({str(gate)!r}).read())')
    )
    running.wait_for(lambda: running.pids("web"))
    running.process.send_signal(signal.SIGTERM)
    running.wait_for(lambda: "Stopping" in running.text())
    running.process.send_signal(signal.SIGTERM)
    gate.write_text("and thanks", encoding="utf-8")
    assert running.process.wait(timeout=20) == 0
    assert "web        | goodbye and thanks" in running.text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can end a process with its parent")
def test_programs_end_when_the_supervisor_is_killed(start: Start) -> None:
    running = start(web=_LIVES)
    running.wait_for(lambda: running.pids("web"))
    running.process.kill()
    running.process.wait()
    running.wait_for(lambda: not _is_alive(running.pids("web")[0]))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can end a process with its parent")
def test_it_stops_when_its_caller_is_killed_if_told_so(tmp_path: Path) -> None:
    (tmp_path / "web.py").write_text(_SAYS_GOODBYE, encoding="utf-8")
    (tmp_path / "Procfile").write_text(f"web: '{sys.executable}' '{tmp_path}/web.py'\n", encoding="utf-8")
    command = [sys.executable, "-m", "blog.core.supervisor", str(tmp_path / "Procfile"), "--with-parent"]
    caller = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess; subprocess.run({command!r})"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert caller.stdout is not None
    assert caller.stdout.readline().startswith("web        | pid")
    caller.kill()
    # Reads to the end, which comes when the last process that holds the pipe has ended.
    assert "web        | goodbye" in caller.communicate(timeout=20)[0]


def test_it_greets_once_something_listens(start: Start) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        running = start(
            "--greet", f"127.0.0.1:{port}", f"'{sys.executable}' -c \"print('Welcome!')\"", web=_LIVES
        )
        running.wait_for(lambda: running.pids("web"))
        assert "Welcome!" not in running.text()
        listener.listen()
        running.wait_for(lambda: "Welcome!" in running.text().splitlines())
        assert running.stop() == 0
    assert running.text().count("Welcome!") == 1


def test_it_stops_when_nobody_reads_any_more(tmp_path: Path) -> None:
    (tmp_path / "web.py").write_text("while True: print('line')", encoding="utf-8")
    (tmp_path / "Procfile").write_text(f"web: '{sys.executable}' '{tmp_path}/web.py'\n", encoding="utf-8")
    command = [sys.executable, "-m", "blog.core.supervisor", str(tmp_path / "Procfile")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"web        | line\n"
        process.stdout.close()
        assert process.wait(timeout=20) == 0


def test_a_procfile_is_read_with_comments_and_quotes() -> None:
    assert read_procfile("# what runs\n\nweb: server --name 'two words'\njobs: work\n") == [
        Program("web", ("server", "--name", "two words")),
        Program("jobs", ("work",)),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("web server\n", "line 1 is not `name: command`"),
        ("web: a\nmail:\n", "line 2 is"),
        ("", "names no program"),
    ],
)
def test_a_procfile_that_says_nothing_useful_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_procfile(text)
