"""What somebody may do to the export of a ledger without the key that signs it, and what has to be named for it."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

from blog.challenges.ledger.canonical import canonical
from blog.challenges.ledger.commitments import commitment_to
from blog.challenges.ledger.merkle import leaf_hash

_NAMED = re.compile(r"rows? ([0-9]+)(?: to ([0-9]+))?: ")


@dataclass(frozen=True, slots=True)
class Tampered:
    """The bytes, and the row that is wrong in them; None where it is not one row."""

    what: str
    data: bytes
    row: int | None

    def is_named_by(self, message: str) -> bool:
        """Whether a message says where it is: by its row, or by the rows between two checkpoints."""
        if self.row is None:
            return True
        found = _NAMED.match(message)
        return found is not None and int(found[1]) <= self.row <= int(found[2] or found[1])


class Document:
    """An export, taken apart."""

    def __init__(self, data: bytes) -> None:
        """Take an honest one."""
        parsed = json.loads(data)
        self.data = data
        self.checkpoints: list[dict[str, Any]] = parsed["checkpoints"]
        self.rows: list[dict[str, Any]] = parsed["rows"]

    def written(self, **parts: Any) -> bytes:
        """The document with other checkpoints or rows."""
        whole = {"checkpoints": self.checkpoints, "format": "rejoinder-ledger-1", "rows": self.rows}
        return canonical(whole | parts) + b"\n"


def tampered(random: Random, data: bytes) -> Tampered:
    """One thing is changed in an export, chosen by chance. It is never what it was."""
    document = Document(data)
    while True:
        changed = random.choice(_WAYS)(random, document)
        if changed is not None and changed.data != data:
            return changed


def _flip(random: Random, document: Document) -> Tampered:
    place = random.randrange(len(document.data))
    byte = document.data[place] ^ random.randrange(1, 256)
    data = document.data[:place] + bytes([byte]) + document.data[place + 1 :]
    begins = document.data.index(b',"rows":[') + len(b',"rows":[')
    row = None
    for index, each in enumerate(document.rows):
        if place >= begins:
            row = index
        begins += len(canonical(each)) + 1
    return Tampered(f"byte {place} is {byte}", data, row)


def _drop(random: Random, document: Document) -> Tampered:
    row = random.randrange(len(document.rows))
    rows = document.rows[:row] + document.rows[row + 1 :]
    return Tampered(f"row {row} is dropped", document.written(rows=rows), row)


def _swap(random: Random, document: Document) -> Tampered:
    one, other = sorted(random.sample(range(len(document.rows)), 2))
    rows = list(document.rows)
    rows[one], rows[other] = rows[other], rows[one]
    return Tampered(f"rows {one} and {other} are swapped", document.written(rows=rows), one)


def _repeat(random: Random, document: Document) -> Tampered:
    row = random.randrange(len(document.rows))
    rows = document.rows[: row + 1] + document.rows[row:]
    return Tampered(f"row {row} is there twice", document.written(rows=rows), row + 1)


def _change_field(random: Random, document: Document) -> Tampered | None:
    row = random.randrange(len(document.rows))
    rows = deepcopy(document.rows)
    leaf = rows[row]["leaf"]
    name = random.choice(sorted(leaf))
    leaf[name] = _another(random, leaf[name])
    rows[row]["hash"] = leaf_hash(canonical(leaf)).hex()
    # By another key, or of another ledger, no checkpoint is good: it is named, and not the rows since the one before.
    is_about_signatures = name in {"key", "origin"}
    what = f"{name} of row {row} is {leaf[name]!r}, with its hash"
    return Tampered(what, document.written(rows=rows), None if is_about_signatures else row)


def _change_sealed(random: Random, document: Document) -> Tampered | None:
    """Something else was sealed all along, and its row has the hash for it."""
    row = _opened_row(random, document)
    if row is None:
        return None
    rows = deepcopy(document.rows)
    content = rows[row]["open"]["content"]
    name = random.choice(sorted(content))
    content[name] = _another(random, content[name])
    fixed = commitment_to(content)
    rows[row]["open"]["salt"], rows[row]["leaf"]["sealed"] = fixed.salt.hex(), fixed.digest.hex()
    rows[row]["hash"] = leaf_hash(canonical(rows[row]["leaf"])).hex()
    return Tampered(f"what was sealed in row {row} is another", document.written(rows=rows), row)


def _change_opening(random: Random, document: Document) -> Tampered | None:
    row = _opened_row(random, document)
    if row is None:
        return None
    rows = deepcopy(document.rows)
    opening = rows[row]["open"]
    kind = random.choice(["salt", "content", "null", "more"])
    if kind == "salt":
        opening["salt"] = random.randbytes(32).hex()
    elif kind == "content":
        name = random.choice(sorted(opening["content"]))
        opening["content"][name] = _another(random, opening["content"][name])
    elif kind == "null":
        rows[row]["open"] = None
    else:
        opening["more"] = 1
    return Tampered(f"the opening of row {row} is changed: {kind}", document.written(rows=rows), row)


def _open_too_early(random: Random, document: Document) -> Tampered | None:
    closed = [index for index, row in enumerate(document.rows) if row["open"] is None]
    if not closed:
        return None
    row, rows = random.choice(closed), deepcopy(document.rows)
    rows[row]["open"] = {"content": {"x": 1}, "salt": random.randbytes(32).hex()}
    return Tampered(f"row {row} is opened with something", document.written(rows=rows), row)


def _rewrite(random: Random, document: Document) -> Tampered:
    """A row is left out or put in, and all behind it are numbered and hashed as if it had always been so."""
    rows = deepcopy(document.rows)
    row = random.randrange(1, len(rows) - 1)
    has_key = any("key" in each["leaf"] for each in rows[row : row + 2])
    what = random.choice(["left out", "put in", "swapped with the next"])
    if what == "left out":
        del rows[row]
    elif what == "put in":
        row += 1
        rows.insert(row, deepcopy(rows[row - 1]))
    else:
        rows[row], rows[row + 1] = rows[row + 1], rows[row]
    for index, each in enumerate(rows):
        each["leaf"]["i"] = index
        each["hash"] = leaf_hash(canonical(each["leaf"])).hex()
    written = document.written(rows=rows)
    return Tampered(f"row {row} is {what}, and all is numbered anew", written, None if has_key else row)


def _change_checkpoint(random: Random, document: Document) -> Tampered:
    checkpoints = deepcopy(document.checkpoints)
    index = random.randrange(len(checkpoints))
    lines = checkpoints[index]["note"].split("\n")
    kind = random.choice(["origin", "size", "root", "at", "signature", "twice", "last"])
    if kind == "origin":
        lines[0] = "example.net" + lines[0][len("example.org") :]
    elif kind == "size":
        lines[1] = str(int(lines[1]) + random.choice([-1, 1]))
    elif kind == "root":
        lines[2] = base64.b64encode(random.randbytes(32)).decode()
    elif kind == "at":
        lines[3] = str(_another(random, lines[3]))
    elif kind == "signature":
        lines[5] = lines[5][:20] + random.choice("ABC") + lines[5][21:]
    checkpoints[index]["note"] = "\n".join(lines)
    if kind == "twice":
        checkpoints.insert(index, deepcopy(checkpoints[index]))
    elif kind == "last":
        checkpoints.pop()
    written = document.written(checkpoints=checkpoints)
    return Tampered(f"checkpoint {index} is changed: {kind}", written, None)


def _change_stamp(random: Random, document: Document) -> Tampered:
    checkpoints = deepcopy(document.checkpoints)
    stamped = [checkpoint for checkpoint in checkpoints if checkpoint["stamps"]]
    kind = random.choice(["token", "authority", "gone", "one more"]) if stamped else "one more"
    checkpoint = random.choice(stamped or checkpoints)
    stamps = checkpoint["stamps"]
    if kind == "token":
        token = bytearray(base64.b64decode(stamps[0]["token"]))
        token[random.randrange(len(token))] ^= random.randrange(1, 256)
        stamps[0]["token"] = base64.b64encode(token).decode()
    elif kind == "authority":
        stamps[0]["authority"] = "tsa.example.net"
    elif kind == "gone":
        stamps.pop()
    else:
        stamps.append({"authority": "tsa.example.org", "token": base64.b64encode(b"seen").decode()})
    return Tampered(f"a stamp is changed: {kind}", document.written(checkpoints=checkpoints), None)


def _opened_row(random: Random, document: Document) -> int | None:
    found = [index for index, row in enumerate(document.rows) if row["open"] is not None]
    return random.choice(found) if found else None


def _another(random: Random, value: Any) -> Any:
    """Another value, and mostly one that could stand there, too."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + random.choice([-1, 1, 1000])
    if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value):
        return hashlib.sha256(value.encode()).hexdigest()
    if isinstance(value, str) and value.endswith("Z") and value[-8:-1].strip(".").isdigit():
        digit = random.choice("0123456789")
        return value[:-2] + digit + "Z" if random.random() < 0.5 else value[:-9] + digit + value[-8:]
    if isinstance(value, str):
        return random.choice(["correct", "incorrect", "smtp", "final", "notified", "nothing", value + "x"])
    others: list[object] = [None, 1, True, "x", [], {}]
    return random.choice(others)


_WAYS: tuple[Callable[[Random, Document], Tampered | None], ...] = (
    _flip,
    _flip,
    _flip,
    _drop,
    _swap,
    _repeat,
    _change_field,
    _change_field,
    _change_sealed,
    _change_opening,
    _open_too_early,
    _rewrite,
    _change_checkpoint,
    _change_stamp,
)
