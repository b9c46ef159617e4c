"""Make `.venv` hold exactly what a lock file says. Usage: bootstrap.py requirements.lock

Runs under whatever `python3` the machine has, so it stays readable for old versions, and says what to do when
that one will not do. Uses uv when it is there, else pip. Does nothing when the lock has not changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
# Everything in the first lock is in the second one too, at the same version (a test holds that).
CONTAINED = {"requirements-dev.lock": ["requirements.lock"]}


def main() -> None:
    """Install the lock file that is named on the command line."""
    lock = ROOT / sys.argv[1]
    if is_installed(lock):
        return
    check_python()
    uv = find_uv()
    if not works(PYTHON):
        create_environment(uv)
    print("Installing %s into .venv ..." % lock.name, flush=True)
    install(lock, uv)
    for name in [lock.name, *CONTAINED.get(lock.name, [])]:
        stamp(ROOT / name).write_text(digest(ROOT / name), encoding="ascii")


def is_installed(lock: Path) -> bool:
    """Whether the environment holds this lock already."""
    return (
        stamp(lock).is_file() and stamp(lock).read_text(encoding="ascii") == digest(lock) and PYTHON.exists()
    )


def stamp(lock: Path) -> Path:
    """The file that remembers which state of `lock` was installed."""
    return VENV / (".installed-" + lock.name)


def digest(lock: Path) -> str:
    """The hash of what `lock` says."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def check_python() -> None:
    """End with a clear line when this Python is too old."""
    if sys.version_info < OLDEST:
        found = "%d.%d" % sys.version_info[:2]
        stop(
            "Rejoinder needs Python %d.%d or newer; %s is %s." % (OLDEST + (sys.executable, found)),
            "Install a newer one and name it, for example: make run PYTHON=python3.13",
        )


def find_uv() -> str:
    """The uv that works, or nothing: a shim on PATH may stand for a version that is not installed."""
    uv = shutil.which("uv") or ""
    return uv if uv and succeeds([uv, "--version"]) else ""


def works(python: Path) -> bool:
    """Whether the environment is whole; one that was interrupted, or whose Python is gone, is not."""
    return python.exists() and succeeds(
        [str(python), "-c", "import sys; sys.exit(sys.version_info < %r)" % (OLDEST,)]
    )


def create_environment(uv: str) -> None:
    """Create `.venv` anew with this Python."""
    print("Creating .venv with Python %d.%d.%d ..." % sys.version_info[:3], flush=True)
    if uv and succeeds([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]):
        return
    package = "python%d.%d-venv" % sys.version_info[:2]
    if not succeeds([sys.executable, "-c", "import venv, ensurepip"]):
        stop(
            "This Python cannot create virtual environments: the module venv is missing.",
            "On Debian and Ubuntu: sudo apt install %s   Then run the same command again." % package,
        )
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        stop("The virtual environment .venv could not be created; the lines above say why.")


def install(lock: Path, uv: str) -> None:
    """Install `lock`, every file checked against its hash, and compile it, so that starting is quick."""
    if uv:
        command = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--require-hashes"]
        if subprocess.call([*command, "--python", str(PYTHON), "--requirement", str(lock)]) == 0:
            return
        print("uv could not; trying pip ...", flush=True)
    pip = [str(PYTHON), "-m", "pip"]
    if not succeeds([*pip, "--version"]) and not succeeds([str(PYTHON), "-m", "ensurepip"]):
        stop("There is no pip in .venv. Remove the folder and run the same command again.")
    command = [*pip, "install", "-qq", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.call([*command, "--requirement", str(lock)]) != 0:
        stop(
            "The packages could not be installed; the lines above say why.",
            "Without a network? The first start needs one. Then run the same command again.",
        )


def succeeds(command: list) -> bool:
    """Whether a command runs without a fault, in silence."""
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def stop(*lines: str) -> None:
    """End with what is wrong and what to do."""
    for line in lines:
        print(line, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    os.chdir(str(ROOT))
    main()
