"""Asking an authority for a time stamp: what is kept, whoever made it up, and how an outsider checks it.

An outsider has the checkpoint, the token (`stamp.tsr`), and the root of the authority, from the authority itself:

    openssl ts -verify -in stamp.tsr -data checkpoint.txt -CAfile root.pem
    openssl ts -verify -in stamp.tsr -digest SHA256_IN_HEX -CAfile root.pem
    openssl ts -reply -in stamp.tsr -text

The first two say `Verification: OK`; the last one says when it was stamped, under which policy and number. Where the
authority leaves certificates between its own and the root out, they go into a file after `-untrusted`. When one of the
certificates has ended meanwhile, `-attime SECONDS_SINCE_1970` with the time of the stamp asks whether it was good then.
"""

import re
import shutil
import socket
from base64 import b64encode
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from rfc3161_client import decode_timestamp_response

from blog.challenges.ledger.timestamps import TimestampFailed, authority_of, request_timestamp
from tests.conftest import missing
from tests.support.certificates import make_certificate
from tests.support.timestamp_authority import (
    POLICY,
    AuthorityFiles,
    Reply,
    TimestampAuthority,
    openssl,
    timestamp_authority,
)

CHECKPOINT = "rejoinder.example.org/first-answer\n7\n…\n".encode()
DIGEST = sha256(CHECKPOINT).digest()
# Its object identifier, as it is encoded.
POLICY_BYTES = bytes.fromhex("2b0601040181fd5901")
OTHER = sha256(b"another checkpoint").digest()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> AuthorityFiles:
    if shutil.which("openssl") is None:
        missing("openssl")
    return AuthorityFiles(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def authority(files: AuthorityFiles) -> Generator[TimestampAuthority]:
    with timestamp_authority(files) as running:
        yield running


def refusal(authority: TimestampAuthority, *, ca: Path | None = None, seconds: float = 10.0) -> str:
    """Why there is no stamp of it."""
    with pytest.raises(TimestampFailed) as failed:
        request_timestamp(authority.url, DIGEST, ca=ca, seconds=seconds)
    return str(failed.value)


def test_a_stamp_is_what_openssl_says_it_is(authority: TimestampAuthority, tmp_path: Path) -> None:
    files = authority.files

    stamp = request_timestamp(authority.url, DIGEST, ca=files.root)

    (tmp_path / "stamp.tsr").write_bytes(stamp.token)
    (tmp_path / "checkpoint.txt").write_bytes(CHECKPOINT)
    verify = ("ts", "-verify", "-in", "stamp.tsr", "-CAfile", files.root)
    for about in (("-data", "checkpoint.txt"), ("-digest", DIGEST.hex())):
        assert b"Verification: OK" in openssl(tmp_path, *verify, *about)
        then = ("-attime", str(int(stamp.stamped_at.timestamp())))
        assert b"Verification: OK" in openssl(tmp_path, *verify, *about, *then)
    text = openssl(tmp_path, "ts", "-reply", "-in", "stamp.tsr", "-text").decode()
    assert stamp.stamped_at == _told_time(text)
    assert f"Policy OID: {stamp.policy}\n" in text
    assert stamp.policy == POLICY


def _told_time(text: str) -> datetime:
    found = re.search(r"^Time stamp: (\w+ +\d+ [\d:]+)(?:\.\d+)? (\d+) GMT$", text, re.MULTILINE)
    assert found
    return datetime.strptime(" ".join(found.groups()), "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)


def test_it_asks_as_an_authority_has_to_be_asked(authority: TimestampAuthority, tmp_path: Path) -> None:
    for _again in range(2):
        request_timestamp(authority.url, DIGEST, ca=None)

    (path, headers, query), (_path, _headers, second) = authority.asked
    assert path == "/tsr"
    assert headers["content-type"] == "application/timestamp-query"
    assert headers["accept"] == "application/timestamp-reply"
    assert "authorization" not in headers
    (tmp_path / "query.tsq").write_bytes(query)
    text = openssl(tmp_path, "ts", "-query", "-in", "query.tsq", "-text").decode()
    assert "Hash Algorithm: sha256\n" in text
    assert "Certificate required: yes\n" in text
    assert re.search(r"^Nonce: 0x[0-9A-F]{8,}$", text, re.MULTILINE)
    assert query != second


def test_certificates_may_come_in_any_order(authority: TimestampAuthority) -> None:
    """OpenSSL sends them as they come: alone, the library refuses that. If it no more does, our sorting may go."""
    stamp = request_timestamp(authority.url, DIGEST, ca=authority.files.root)

    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        decode_timestamp_response(stamp.token)


def test_an_authority_may_want_a_login(authority: TimestampAuthority) -> None:
    url = authority.url.replace("//", "//our%40name:p%3Assword@")

    request_timestamp(url, DIGEST, ca=None)

    ((_path, headers, _query),) = authority.asked
    assert headers["authorization"] == f"Basic {b64encode(b'our@name:p:ssword').decode()}"
    assert authority_of(url) == "127.0.0.1"


def test_what_fails_says_nothing_of_a_login(authority: TimestampAuthority) -> None:
    authority.say = lambda query: Reply(status=401)
    with pytest.raises(TimestampFailed) as failed:
        request_timestamp(authority.url.replace("//", "//us:secret@"), DIGEST, ca=None)
    assert str(failed.value) == "it answers 401"
    for url in ("http://us:secret@:80", "http://us:secret@127.0.0.1:http/", "http://us:secret@[::1/"):
        with pytest.raises(TimestampFailed) as failed:
            request_timestamp(url, DIGEST, ca=None)
        assert "secret" not in repr(failed.value)


# What an authority does, and what is said of it.


def test_an_authority_may_refuse(authority: TimestampAuthority) -> None:
    authority.say = lambda query: Reply(body=authority.files.stamp(query, section="picky"))

    assert refusal(authority) == "it refuses, with status 2"


def test_a_stamp_counts_only_as_it_was_asked_for(authority: TimestampAuthority) -> None:
    """Status 1 is “granted, with modifications”; the token in it is a good one."""

    def modified(query: bytes) -> Reply:
        body = authority.files.stamp(query)
        assert body.count(b"\x30\x03\x02\x01\x00") == 1
        return Reply(body=body.replace(b"\x30\x03\x02\x01\x00", b"\x30\x03\x02\x01\x01"))

    authority.say = modified
    assert refusal(authority) == "it refuses, with status 1"


def test_a_stamp_for_something_else_is_none(authority: TimestampAuthority) -> None:
    authority.say = lambda query: authority.honest(query.replace(DIGEST, OTHER))

    assert (
        refusal(authority) == refusal(authority, ca=authority.files.root) == "the stamp is for something else"
    )


def test_a_stamp_over_another_kind_of_digest_is_none(authority: TimestampAuthority) -> None:
    """The same 32 bytes, as if they were of SHA3-256: its identifier ends with 8 where that of SHA-256 ends with 1."""
    sha2, sha3 = (bytes.fromhex(f"6086480165030402{last}") for last in ("01", "08"))
    authority.say = lambda query: authority.honest(query.replace(sha2, sha3))

    assert refusal(authority) == "the stamp is for something else"


def test_a_stamp_of_yesterday_is_none(authority: TimestampAuthority) -> None:
    first = request_timestamp(authority.url, DIGEST, ca=authority.files.root)
    authority.say = lambda query: Reply(body=first.token)

    assert refusal(authority) == "the stamp answers another question"


def test_a_stamp_without_our_nonce_is_none(authority: TimestampAuthority) -> None:
    def forgetful(query: bytes) -> Reply:
        # What is left of the question is 30 len 02 01 01 (version), the imprint of 51 bytes, and the last 3: certReq.
        kept = query[2:56] + query[-3:]
        return authority.honest(bytes([0x30, len(kept)]) + kept)

    authority.say = forgetful
    assert refusal(authority) == "the stamp answers another question"


def test_a_stamp_has_to_bring_its_certificates(authority: TimestampAuthority) -> None:
    def bare(query: bytes) -> Reply:
        return authority.honest(bytes([0x30, query[1] - 3]) + query[2:-3])

    authority.say = bare
    assert refusal(authority) == "the stamp comes without a certificate"


# What comes in the place of a good answer.
GARBAGE: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda good: b"",
    "a page": lambda good: b"<html>Welcome</html>",
    "a tag": lambda good: b"\x30",
    "no length": lambda good: b"\x30\x80" + good,
    "cut off": lambda good: good[:-1],
    "too long": lambda good: good + b"\x00",
    "spoilt": lambda good: good.replace(POLICY_BYTES, b"\xff" * len(POLICY_BYTES)),
    "granted, and no stamp": lambda good: b"\x30\x05\x30\x03\x02\x01\x00",
}


@pytest.mark.parametrize("spoil", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_no_stamp(authority: TimestampAuthority, spoil: Callable[[bytes], bytes]) -> None:
    authority.say = lambda query: Reply(body=spoil(authority.files.stamp(query)))

    assert refusal(authority) == "the answer is no time stamp"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=500), "it answers 500"),
        (Reply(status=204), "it answers 204"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "it answers 302"),
        (Reply(headers={"Content-Type": "text/html"}), "the answer is no application/timestamp-reply"),
        (Reply(headers={}), "the answer is no application/timestamp-reply"),
        (Reply(body=bytes(64 * 1024 + 1)), "the answer is too large"),
        (
            Reply(
                body=b"0",
                headers={"Content-Type": "application/timestamp-reply", "Content-Length": "900"},
            ),
            "the answer ends too early",
        ),
    ],
)
def test_an_answer_that_is_none(authority: TimestampAuthority, reply: Reply, said: str) -> None:
    authority.say = lambda query: reply

    assert refusal(authority) == said


def test_the_type_of_an_answer_may_be_written_in_several_ways(authority: TimestampAuthority) -> None:
    def said(query: bytes) -> Reply:
        body = authority.files.stamp(query)
        return Reply(body=body, headers={"Content-Type": "Application/Timestamp-Reply; charset=binary"})

    authority.say = said
    assert request_timestamp(authority.url, DIGEST, ca=None).policy == POLICY


def test_who_never_answers_is_not_waited_for(authority: TimestampAuthority) -> None:
    def silent(query: bytes) -> Reply:
        authority.is_over.wait(20)
        return Reply(status=500)

    authority.say = silent
    assert refusal(authority, seconds=0.1) in {"the answer takes too long", "no answer: TimeoutError"}


def test_who_answers_byte_by_byte_is_not_waited_for(authority: TimestampAuthority) -> None:
    authority.drips = 0.02
    authority.say = lambda query: Reply(body=bytes(60_000))

    assert refusal(authority, seconds=0.1) == "the answer takes too long"
    assert authority.hung_up.wait(10)


def test_nobody_is_there() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with pytest.raises(TimestampFailed, match=r"^no answer: ConnectionRefusedError$"):
        request_timestamp(f"http://127.0.0.1:{port}/", DIGEST, ca=None)


def test_over_https_the_machine_decides_who_is_believed(
    files: AuthorityFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = make_certificate(tmp_path)
    with timestamp_authority(files, shows=shown) as authority:
        assert authority.url.startswith("https://")
        assert refusal(authority, ca=files.root) == "no answer: SSLCertVerificationError"
        monkeypatch.setenv("SSL_CERT_FILE", str(shown.chain))
        assert request_timestamp(authority.url, DIGEST, ca=files.root).policy == POLICY


def test_tls_is_not_spoken_with_whoever_is_there(authority: TimestampAuthority) -> None:
    with pytest.raises(TimestampFailed, match=r"^no answer: SSLError$"):
        request_timestamp(authority.url.replace("http://", "https://"), DIGEST, ca=None)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://tsa.example.org/", "tsa.example.org", "http:///tsr"]
)
def test_only_http_is_spoken(url: str) -> None:
    with pytest.raises(TimestampFailed, match=r"^its address is neither http nor https$"):
        request_timestamp(url, DIGEST, ca=None)


def test_only_a_sha_256_is_stamped(authority: TimestampAuthority) -> None:
    with pytest.raises(ValueError, match="the digest is no SHA-256"):
        request_timestamp(authority.url, DIGEST[:20], ca=None)
    assert authority.asked == []


# Who is believed.


def test_with_roots_only_they_are_believed(authority: TimestampAuthority) -> None:
    said = "its signature does not lead to a trusted certificate"

    assert refusal(authority, ca=authority.files.stranger) == said
    # Not even what stands in the token itself: only roots are.
    assert refusal(authority, ca=authority.files.folder / "clock.pem") == said


def test_certificates_that_are_not_sent_may_stand_beside_the_root(
    authority: TimestampAuthority, tmp_path: Path
) -> None:
    files = authority.files
    authority.say = lambda query: Reply(body=files.stamp(query, section="terse"))
    both = tmp_path / "both.pem"
    both.write_bytes((files.folder / "between.pem").read_bytes() + files.root.read_bytes())

    assert refusal(authority, ca=files.root) == "its signature does not lead to a trusted certificate"
    assert request_timestamp(authority.url, DIGEST, ca=both).policy == POLICY


def test_a_signature_is_checked_where_there_are_roots_and_only_there(authority: TimestampAuthority) -> None:
    def forged(query: bytes) -> Reply:
        body = authority.files.stamp(query)
        return Reply(body=body[:-1] + bytes([body[-1] ^ 1]))

    authority.say = forged
    assert (
        refusal(authority, ca=authority.files.root) == "its signature does not lead to a trusted certificate"
    )
    assert request_timestamp(authority.url, DIGEST, ca=None).policy == POLICY


def test_roots_that_cannot_be_read_believe_nobody(authority: TimestampAuthority, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for name in ("empty.pem", "none.pem"):
        assert refusal(authority, ca=tmp_path / name) == "the file of trusted certificates cannot be read"
    assert authority.asked == []
