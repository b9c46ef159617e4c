"""The tree of parts, held against the standard library's on messages that it reads well."""

import email
import random
from email import policy
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from blog.mailroom.parser import caps
from blog.mailroom.parser.defects import Defect
from blog.mailroom.parser.headers import read_header
from blog.mailroom.parser.parts import Part, read_tree

WORDS = ("Doorvragen", "café", "€ 5", "--grens", "From here", ".", "", "x" * 90, "=20", "> citaat")


def random_tree(dice: random.Random, depth: int) -> Message:
    if depth and dice.random() < 0.6:
        parent = MIMEMultipart(dice.choice(["mixed", "alternative", "related", "signed"]))
        for _ in range(dice.randrange(1, 4)):
            parent.attach(random_tree(dice, depth - 1))
        return parent
    if dice.random() < 0.3:
        return MIMEApplication(dice.randbytes(dice.randrange(200)))
    text = "\n".join(dice.choice(WORDS) for _ in range(dice.randrange(6)))
    return MIMEText(text, dice.choice(["plain", "html"]), dice.choice(["utf-8", "iso-8859-15"]))


def tree_of(raw: bytes) -> tuple[Part, set[Defect]]:
    defects: set[Defect] = set()
    header, start = read_header(raw, 0, len(raw))
    return read_tree(raw, header, start, defects), defects


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_read_tree_finds_what_the_standard_library_finds(seed: int, line_end: str) -> None:
    dice = random.Random(seed)  # noqa: S311
    raw = random_tree(dice, 4).as_bytes(policy=policy.compat32.clone(linesep=line_end))
    known = email.message_from_bytes(raw, policy=policy.compat32)
    expected = [
        (part.get_content_type(), part.get_payload(decode=True))
        for part in known.walk()
        if not part.is_multipart()
    ]

    root, defects = tree_of(raw)

    assert [(leaf.type, leaf.content(defects)) for leaf in root.leaves()] == expected
    assert defects == set()


def nested(levels: int) -> bytes:
    opening = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels))
    return (opening + "Content-Type: text/plain\n\ndiep\n").encode()


def test_read_tree_goes_as_deep_as_the_cap_and_no_deeper() -> None:
    root, _ = tree_of(nested(caps.DEPTH))

    assert [leaf.depth for leaf in root.leaves()] == [caps.DEPTH]
    with pytest.raises(caps.CapExceeded) as breach:
        tree_of(nested(caps.DEPTH + 1))
    assert breach.value.defect is Defect.TOO_DEEP


def many(parts: int) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * parts + b"--b--\n"


def test_read_tree_takes_as_many_parts_as_the_cap_and_no_more() -> None:
    # The message itself is the first part.
    assert len(list(tree_of(many(caps.PARTS - 1))[0].leaves())) == caps.PARTS - 1
    with pytest.raises(caps.CapExceeded) as breach:
        tree_of(many(caps.PARTS))
    assert breach.value.defect is Defect.TOO_MANY_PARTS


def test_read_tree_is_not_fooled_by_lines_that_begin_as_a_boundary() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=ab\n\n--ab\n\n--abc\n--a\n --ab\n--ab \t\n\ntwee\n"
        b"--ab--\n--ab\n\ndrie\n"
    )

    root, defects = tree_of(raw)

    assert [leaf.content(defects) for leaf in root.leaves()] == [b"--abc\n--a\n --ab", b"twee"]


def test_read_tree_lets_the_outer_boundary_end_an_inner_multipart() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\n\nbinnen\n--a\n\nbuiten\n--a--\n"
    )

    root, defects = tree_of(raw)

    assert [leaf.content(defects) for leaf in root.leaves()] == [b"binnen", b"buiten"]
    assert defects == {Defect.UNCLOSED_MULTIPART}


def test_read_tree_gives_the_messages_of_a_digest_as_leaves() -> None:
    root, _ = tree_of(b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nFrom: x\n\ny\n--b--\n")

    assert [leaf.type for leaf in root.leaves()] == ["message/rfc822"]


def test_read_tree_takes_a_boundary_byte_for_byte_and_of_seventy_at_most() -> None:
    for boundary, found in (("=?utf-8?Q?abc?=", 1), ("a  b", 1), ("b" * 70, 1), ("b" * 71, 0)):
        raw = f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n--{boundary}\n\neen\n--{boundary}--\n'

        root, defects = tree_of(raw.encode())

        assert len(root.children) == found
        assert defects == (set() if found else {Defect.MISSING_BOUNDARY})


def test_read_tree_knows_what_stands_below_the_last_part() -> None:
    root, _ = tree_of(b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\neen\n--a--\ntwee\n--a\n\ndrie\n")

    assert root.epilogue == b"twee\n--a\n\ndrie\n"


def with_headers(size: int) -> bytes:
    pad = b"X: " + b"y" * (size // 8 - 5) + b"\n\n"
    return b"Content-Type: multipart/mixed; boundary=b\n\n" + (b"--b\n" + pad + b"x\n") * 8 + b"--b--\n"


def test_read_tree_takes_so_much_header_of_all_parts_and_no_more() -> None:
    root, _ = tree_of(with_headers(caps.PART_HEADER_BYTES))

    assert len(root.children) == 8
    with pytest.raises(caps.CapExceeded) as breach:
        tree_of(with_headers(caps.PART_HEADER_BYTES + 8))
    assert breach.value.defect is Defect.HEADER_TOO_LARGE


@pytest.mark.parametrize("kind", ["text/html charset=koi8-r", "TEXT/HTML (a page) ; charset=koi8-r"])
def test_read_tree_reads_a_type_whose_semicolon_was_forgotten(kind: str) -> None:
    root, _ = tree_of(f"Content-Type: {kind}\n\nx".encode())

    assert (root.type, root.parameters) == ("text/html", {"charset": "koi8-r"})


def test_read_tree_reads_no_more_parameters_than_the_cap() -> None:
    root, _ = tree_of(b"Content-Type: a/b" + b"".join(b"; n%d=x" % n for n in range(6000)) + b"\n\nx")

    assert len(root.parameters) == caps.PARAMETERS
