"""Files of the site: kept whole or not at all, and given to readers as what they are."""

import os
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.core.storage import FolderStorage, current_storage

NAME = f"{'a' * 32}-96.webp"


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "media")


def test_what_is_put_can_be_got_and_removed(storage: FolderStorage) -> None:
    assert storage.get(NAME) is None
    storage.put(NAME, b"one")
    assert storage.get(NAME) == b"one"
    storage.remove(NAME)
    assert storage.get(NAME) is None
    storage.remove(NAME)


def test_a_name_that_is_there_stays_as_it_is(storage: FolderStorage) -> None:
    storage.put(NAME, b"one")
    storage.put(NAME, b"two")
    assert storage.get(NAME) == b"one"


def test_a_file_is_on_the_disk_before_it_has_its_name(
    storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        done.append("sync")
        sync(descriptor)

    def note_replace(path: Path, target: Path) -> Path:
        done.append("name")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    storage.put(NAME, b"one")
    assert done == ["sync", "name", "sync", "sync"]


def test_a_full_disk_leaves_nothing_behind(
    storage: FolderStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        storage.put(NAME, b"one")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "name",
    [
        "../x.webp",
        "a/b.webp",
        "..",
        ".webp",
        "A.webp",
        "a\0b.webp",
        "a" * 200 + ".webp",
        "",
        "abc\n.webp",
        "abc.webp\n",
    ],
)
def test_a_name_that_is_none_of_ours_leads_nowhere(storage: FolderStorage, name: str) -> None:
    for act in (storage.get, storage.remove):
        with pytest.raises(ValueError, match="not the name of a file"):
            act(name)
    with pytest.raises(ValueError, match="not the name of a file"):
        storage.put(name, b"")


def test_a_file_is_given_as_what_it_is_and_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    current_storage().put(NAME, b"RIFF")
    answer = client.get(f"/media/{NAME}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"RIFF", "image/webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"/media/{NAME}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    current_storage().remove(NAME)
    assert client.get(f"/media/{NAME}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "..%2fsecret_key",
        "%2e%2e/secret_key",
        "secret_key",
        "x.webp%00",
        "..%5csecret_key",
        "",
        "abc.html",
        "abc.svg",
    ],
)
def test_nothing_else_is_given(app: Flask, client: FlaskClient, path: str) -> None:
    current_storage().put("abc.html", b"<script>")
    current_storage().put("abc.svg", b"<svg>")
    assert client.get(f"/media/{path}").status_code == 404
