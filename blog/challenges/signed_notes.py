"""The newest checkpoint that was signed of each ledger, in a file beside the database.

A backup of the database is older than it. Once one has been put back, rows may be gone that were signed and handed out,
and the database itself does not know. So whoever signs a ledger looks here first: it is what a witness of such logs
does (C2SP tlog-witness), and we are our own. The files are notes as everybody may have them, one for each ledger.
They are replaced before a checkpoint is handed out, and never put back from a backup.
"""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote

import structlog

from blog.challenges.ledger.notes import Checkpoint, checkpoint_in
from blog.core.config import current_settings
from blog.core.storage import replace_file

FOLDER = "signed"
_ENDING = ".note"
# Nothing in them is secret, and a command may be given by somebody else than who runs the site.
_MODE = 0o644
log = structlog.get_logger(__name__)


def newest_signed(origin: str) -> Checkpoint | None:
    """The newest checkpoint of a ledger that was signed on this machine; None before the first.

    Raises `OSError`, and `ValueError` for a file that is not what was written.
    """
    try:
        return checkpoint_in(_path(origin).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def all_signed() -> Mapping[str, Checkpoint | None]:
    """The newest checkpoint of every ledger by its origin; None for a file that cannot be read, which is logged."""
    found: dict[str, Checkpoint | None] = {}
    for path in sorted(_folder().glob(f"*{_ENDING}")):
        origin = unquote(path.name.removesuffix(_ENDING))
        try:
            found[origin] = newest_signed(origin)
        except (OSError, ValueError) as error:
            log.warning(
                "the file of what was signed cannot be read", origin=origin, error=type(error).__name__
            )
            found[origin] = None
    return found


def keep_signed(origin: str, note: str) -> None:
    """Keep the checkpoint that was just signed. When this returns it survives a power cut. Raises `OSError`.

    The caller has the lock of the challenge, and commits only after that.
    """
    replace_file(_path(origin), note.encode(), mode=_MODE)


def forget_signed(origin: str) -> None:
    """Forget a ledger that is taken away on purpose, with all that was said in it; another may have its name then."""
    _path(origin).unlink(missing_ok=True)


def _path(origin: str) -> Path:
    return _folder() / f"{quote(origin, safe='')}{_ENDING}"


def _folder() -> Path:
    return current_settings().instance / FOLDER
