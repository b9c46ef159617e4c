"""Signed checkpoints, in the form that witnesses of transparency logs read."""

import base64
from datetime import UTC, datetime

import pytest

from blog.challenges.ledger.notes import Checkpoint, Signer, checkpoint_in, is_signed_by, signer_from

AT = datetime(2026, 5, 1, 10, 2, 33, 417, UTC)
CHECKPOINT = Checkpoint("example.org/challenges/a-question", 7, bytes(range(32)), AT)
SIGNER = Signer("example.org", bytes(32))


def test_a_note_has_three_lines_an_instant_and_a_signature() -> None:
    note = SIGNER.sign(CHECKPOINT)
    text, _gap, signature = note.partition("\n\n")
    assert text.split("\n") == [
        "example.org/challenges/a-question",
        "7",
        base64.b64encode(bytes(range(32))).decode(),
        "at 2026-05-01T10:02:33.000417Z",
    ]
    assert signature.startswith("— example.org ")
    # Four bytes that name the key, and a signature of Ed25519.
    assert len(base64.b64decode(signature.split()[2])) == 4 + 64
    assert SIGNER.sign(CHECKPOINT) == note


def test_the_key_is_told_as_others_take_it() -> None:
    # The public key of 32 zero bytes (RFC 8032 §5.1.5), after the byte of Ed25519.
    name, key_id, encoded = SIGNER.verifier_key.split("+", 2)
    public = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
    assert (name, base64.b64decode(encoded).hex()) == ("example.org", "01" + public)
    assert len(bytes.fromhex(key_id)) == 4


def test_only_the_note_as_it_was_signed_is_good() -> None:
    note = SIGNER.sign(CHECKPOINT)
    assert is_signed_by(note, SIGNER.verifier_key)
    for index in range(0, len(note), 7):
        other = "0" if note[index] != "0" else "1"
        assert not is_signed_by(note[:index] + other + note[index + 1 :], SIGNER.verifier_key), index
    assert not is_signed_by(note, Signer("example.org", bytes(31) + b"1").verifier_key)


def test_a_note_with_a_second_signature_is_none() -> None:
    note = SIGNER.sign(CHECKPOINT)
    line = note.splitlines()[-1]
    stranger = f"— example.com {base64.b64encode(bytes(68)).decode()}"
    for lines in ([line, stranger], [stranger, line], [line, line]):
        changed = note.replace(f"{line}\n", "".join(f"{each}\n" for each in lines))
        assert not is_signed_by(changed, SIGNER.verifier_key)


@pytest.mark.parametrize("note", ["", "\n\n", "text\n\n— example.org !!!\n", "x" * 10_000])
@pytest.mark.parametrize("key", ["", "a+b+c", "example.org+00000000+AAAA"])
def test_anything_else_is_not_signed(note: str, key: str) -> None:
    assert not is_signed_by(note, key)


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_name_that_notes_cannot_have_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Signer(name, bytes(32))


def test_the_key_of_a_site_follows_from_its_secret() -> None:
    one, other = signer_from("example.org", "a secret"), signer_from("example.org", "another")
    assert one.verifier_key != other.verifier_key
    assert signer_from("example.org", "a secret").verifier_key == one.verifier_key


def test_a_note_says_what_was_signed() -> None:
    assert checkpoint_in(SIGNER.sign(CHECKPOINT)) == CHECKPOINT


@pytest.mark.parametrize(
    ("old", "new"),
    [("at ", "on "), ("\n7\n", "\n07\n"), ("\n7\n", "\nseven\n"), ("\n\n", "\nmore\n\n"), ("Z", "")],
)
def test_what_is_written_otherwise_is_no_note_of_ours(old: str, new: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        checkpoint_in(SIGNER.sign(CHECKPOINT).replace(old, new, 1))
