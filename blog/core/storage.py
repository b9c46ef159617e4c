"""Where files of the site are kept: a port, and a folder behind it.

Names of files are made by us, never by whoever sends one: small letters, digits, hyphens and a dot. A file with a name
never changes, so readers may keep what they have.
"""

import os
import re
import secrets
from pathlib import Path
from typing import Protocol, cast

from flask import Flask, current_app

from blog.core.config import Settings

_NAME = re.compile(r"[0-9a-z][0-9a-z-]{2,90}\.[0-9a-z]{2,5}")


class Storage(Protocol):
    """A place for files. Every method raises `ValueError` for a name that is none of ours, `OSError` when it fails."""

    def put(self, name: str, content: bytes) -> None:
        """Keep `content`: when this returns, it survives a power cut. A name that is there already stays as it is."""
        ...

    def get(self, name: str) -> bytes | None:
        """What is kept under `name`; None for nothing."""
        ...

    def remove(self, name: str) -> None:
        """Keep it no longer; nothing happens when it is gone already."""
        ...


class FolderStorage:
    """Files in a folder, spread over 256 folders by the first two letters of their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        """As `Storage.put`: a file is there whole or not at all, whatever happens meanwhile."""
        path = self._path(name)
        if path.exists():
            return
        replace_file(path, content, mode=0o640)
        _sync_folder(self._folder)

    def get(self, name: str) -> bytes | None:
        """As `Storage.get`."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """As `Storage.remove`."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("not the name of a file of ours")
        return self._folder / name[:2] / name


def replace_file(path: Path, content: bytes, *, mode: int) -> None:
    """Let a file have this content and no other, in a folder that is made if need be; its `mode` is that of open(2).

    It is there whole, or stays what it was. When this returns, it survives a power cut. Raises `OSError`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".{secrets.token_hex(8)}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def init_app(app: Flask, settings: Settings) -> None:
    """Give `app` its place for files: the folder `media` of the instance."""
    app.extensions["storage"] = FolderStorage(settings.instance / "media")


def current_storage() -> Storage:
    """The place for files of the running application."""
    return cast("Storage", current_app.extensions["storage"])


def _sync_folder(folder: Path) -> None:
    """The name of a new file is kept by its folder, which has to reach the disk as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
