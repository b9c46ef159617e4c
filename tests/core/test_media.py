"""Files of the site: kept whole or not at all, and given to readers as what they are."""

import os
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blog.core.pictures import SIZES, picture_name, square_picture
from blog.core.storage import FolderStorage, current_storage
from tests.support.picture_files import jpeg

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


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (NAME, "public, max-age=86400, must-revalidate, immutable"),
        # What is no picture of somebody.
        (f"{'a' * 32}-97.webp", "public, max-age=31536000, immutable"),
        (f"{'a' * 31}-96.webp", "public, max-age=31536000, immutable"),
        ("a-drawing.webp", "public, max-age=31536000, immutable"),
    ],
)
def test_a_file_is_given_as_what_it_is_and_somebodys_face_is_kept_for_a_day(
    app: Flask, client: FlaskClient, name: str, kept: str
) -> None:
    current_storage().put(name, b"RIFF")
    answer = client.get(f"/media/{name}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"RIFF", "image/webp")
    assert answer.headers["Cache-Control"] == kept
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    again = client.get(f"/media/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == kept
    current_storage().remove(name)
    gone = client.get(f"/media/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (gone.status_code, gone.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize("size", SIZES)
def test_every_picture_that_somebody_sends_is_one_of_those(
    app: Flask, client: FlaskClient, size: int
) -> None:
    picture = square_picture(jpeg())
    name = picture_name(picture.digest, size)
    current_storage().put(name, picture.files[size])
    assert "max-age=86400" in client.get(f"/media/{name}").headers["Cache-Control"]


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
