"""Messages out of files: one, many, or a clear word about why not."""

import mailbox
import os
from pathlib import Path

import pytest

from blog.mailroom.parser import files
from blog.mailroom.parser.files import UnreadableFileError, messages_of
from blog.mailroom.parser.reading import read_message
from tests.mailroom.parser.mails import SAMPLES, make_mail


def test_messages_of_gives_a_file_with_one_message_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "one.eml"
    for raw in (b"", b"\0", make_mail(), make_mail("Eerst.\n\nFrom here on it is easy.\nX: y\n")):
        file.write_bytes(raw)
        assert list(messages_of(file)) == [raw]


def test_messages_of_takes_a_mailbox_file_apart_as_the_standard_library_wrote_it(tmp_path: Path) -> None:
    file = tmp_path / "all.mbox"
    box = mailbox.mbox(file)
    for sample in SAMPLES:
        box.add(sample.raw)
    box.close()

    found = [read_message(raw) for raw in messages_of(file)]

    assert [(mail.text, mail.elided) for mail in found] == [
        (sample.text, sample.elided) for sample in SAMPLES
    ]


def test_messages_of_is_not_fooled_by_a_sentence_that_begins_with_from(tmp_path: Path) -> None:
    file = tmp_path / "two.mbox"
    file.write_bytes(
        b"From a@example.org Fri May  3 09:41:00 2024\nSubject: Een\n\nJa.\n\nFrom here on:\n\n>From afar\n>>From x\n\n"
        b"From b@example.org Fri May  3 09:42:00 2024\nSubject: Twee\n\nNee.\n"
    )

    assert list(messages_of(file)) == [
        b"Subject: Een\n\nJa.\n\nFrom here on:\n\nFrom afar\n>From x\n\n",
        b"Subject: Twee\n\nNee.\n",
    ]


def refusal(file: Path) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        list(messages_of(file))
    return str(refused.value)


def test_messages_of_says_what_is_no_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    assert refusal(tmp_path) == f"{tmp_path}: is not a file; give the path of a raw message"
    assert refusal(pipe) == f"{pipe}: is not a file; give the path of a raw message"
    assert refusal(Path("/dev/zero")) == "/dev/zero: is not a file; give the path of a raw message"


def test_messages_of_says_what_cannot_be_read(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)

    assert "none.eml: cannot be read (No such file or directory)" in refusal(tmp_path / "none.eml")
    assert "loop: cannot be read (Too many levels of symbolic links)" in refusal(loop)
    assert "cannot be read (File name too long)" in refusal(tmp_path / ("x" * 300))
    # Opens, and fails at the first byte.
    assert "cannot be read (Input/output error)" in refusal(Path("/proc/self/mem"))


def test_messages_of_refuses_a_gigabyte_at_once(tmp_path: Path) -> None:
    file = tmp_path / "sparse.eml"
    with file.open("wb") as stream:
        stream.truncate(1 << 30)

    assert refusal(file) == f"{file}: is larger than 32 MiB; give the path of one raw message"


def test_messages_of_refuses_what_grows_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Files of the kernel say that they are empty, and are not.
    monkeypatch.setattr(files.caps, "MESSAGE_BYTES", 10)

    assert "is larger than" in refusal(Path("/proc/self/status"))
