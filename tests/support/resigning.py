"""What somebody may write into a ledger who has the key: anything, hashed and signed as it has to be."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from blog.challenges.ledger.merkle import leaf_hash, root_of
from blog.challenges.ledger.notes import Checkpoint, Signer
from tests.support.ledgers import Chronicle

# Of every kind that there is, and some that are nearly right.
_VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2,
        3,
        1.5,
        2**53 - 1,
        2**53,
        10**30,
        "",
        "x",
        "1",
        [],
        {},
        [1],
        ["correct"],
    ),
    *(
        "rule",
        "j1",
        "j2",
        "j01",
        "correct",
        "Correct",
        "late",
        "winner",
        "desk",
        "clock",
        "cancelled",
        "no_winner",
    ),
    *(
        "notified",
        "claimed",
        "sent",
        "received",
        "declined",
        "expired",
        "disqualified",
        "revoked",
        "constructor",
    ),
    *("2026-02-30T10:00:00.000000Z", "2026-05-01T25:00:00.000000Z", "2026-05-01T10:00:60.000000Z"),
    *("9999-12-31T23:59:59.999999Z", "0000-01-01T00:00:00.000000Z", "2026-05-01T10:10:00.000000Z"),
    *("é", "\ud800", "\u2028", "\x7f", "\x00", "A" * 64, "0" * 64, "0" * 16, "1" * 16),
    *({"a": 1}, {"é": 1}, {"__proto__": 1}, [{"number": 1, "prize": 1}], [[[[[[[[1]]]]]]]]),
    *(key.verifier_key for key in (Signer("example.org", b"l" * 32), Signer("example.net", b"k" * 32))),
    # The neutral point of the curve: with it as a key anybody can sign anything.
    "example.org+b13efea1+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
]
_NAMES = ("more", "é", "__proto__", "constructor", "closes_at", "claim_days", "settling", "sealed")
_SIGNERS = [Signer("example.org", each * 32) for each in (b"k", b"l", b"m")]


def histories(count: int) -> list[Any]:
    """Exports of what may happen to challenges, taken apart: two of three have come to an end."""
    found: list[Any] = []
    for seed in range(count):
        happened = Chronicle(seed, is_stamped=False).happen(25)
        if seed % 3:
            happened.come_to_an_end()
        found.append(json.loads(happened.writer.document()))
    return found


def mutated(random: Random, document: Any) -> tuple[bytes, str]:
    """An export in which one thing is another by chance, signed anew; and what that is."""
    changed = deepcopy(document)
    what = random.choice(_WAYS)(random, changed["rows"])
    return signed_anew(changed), what


def signed_anew(document: Any) -> bytes:
    """An export with the hashes of what stands in it, and one checkpoint over all of it by the key that is in force."""
    rows = document["rows"]
    for row in rows:
        leaf: dict[str, Any] = row["leaf"]
        if row["open"] is not None and "sealed" in leaf:
            leaf["sealed"] = _commitment(row["open"])
        row["hash"] = leaf_hash(encoded(leaf)).hex()
    root = root_of([bytes.fromhex(row["hash"]) for row in rows])
    instants = [row["leaf"].get("at") for row in rows]
    at = max(each for each in instants if isinstance(each, str))
    # What is no text of a note stays out of it.
    origin, at = (
        str(each).encode("ascii", "replace").decode() for each in (rows[0]["leaf"].get("origin"), at)
    )
    text = f"{origin}\n{len(rows)}\n{base64.b64encode(root).decode()}\nat {at}\n"
    keys = [row["leaf"]["key"] for row in rows if "key" in row["leaf"]]
    signer = next((each for each in _SIGNERS if [each.verifier_key] == keys[-1:]), _SIGNERS[0])
    return encoded({**document, "checkpoints": [{"note": note_by(signer, text), "stamps": []}]}) + b"\n"


def note_by(signer: Signer, text: str) -> str:
    """Any text as a signed note."""
    return signer.sign(cast("Checkpoint", SimpleNamespace(text=text)))


def encoded(value: Any) -> bytes:
    """A value in canonical form, or in what comes next to it where it has none."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "surrogatepass")


def _commitment(opening: dict[str, Any]) -> str:
    prefix = b"rejoinder commitment v1\n" + bytes.fromhex(opening["salt"])
    return hashlib.sha256(prefix + encoded(opening["content"])).hexdigest()


def _part(random: Random, row: Any) -> tuple[Any, str]:
    """What stands in a row, or what was sealed in it."""
    kind = row["leaf"]["kind"]
    if row["open"] and random.random() < 0.6:
        return row["open"]["content"], f"what is sealed in a row {kind}"
    return row["leaf"], f"a row {kind}"


def _replace(random: Random, rows: list[Any]) -> str:
    part, where = _part(random, random.choice(rows))
    holder, name = random.choice(list(_places(part)))
    before, holder[name] = holder[name], deepcopy(random.choice(_VALUES))
    return f"{name} in {where}: {before!r} is {holder[name]!r}"


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Where something stands in a value, however deep: what holds it, and its name or its place there."""
    if type(value) not in (dict, list):
        return
    holder: Any = value
    for name in [*holder] if type(value) is dict else [*range(len(holder))]:
        yield value, name
        yield from _places(value[name])


def _add_or_remove(random: Random, rows: list[Any]) -> str:
    part, where = _part(random, random.choice(rows))
    if random.random() < 0.5:
        name = random.choice(_NAMES)
        part[name] = deepcopy(random.choice(_VALUES))
        return f"{name} is put into {where}: {part[name]!r}"
    name = random.choice([each for each in part if each != "kind"])
    del part[name]
    return f"{name} is gone from {where}"


def _drop(random: Random, rows: list[Any]) -> str:
    row = rows.pop(random.randrange(1, len(rows)))
    _number(rows)
    return f"a row {row['leaf']['kind']} is gone"


def _repeat(random: Random, rows: list[Any]) -> str:
    row = deepcopy(random.choice(rows[1:]))
    rows.insert(random.randrange(1, len(rows) + 1), row)
    _number(rows)
    return f"a row {row['leaf']['kind']} is there once more"


def _swap(random: Random, rows: list[Any]) -> str:
    one, other = random.sample(range(1, len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    _number(rows)
    return f"a row {rows[one]['leaf']['kind']} and a row {rows[other]['leaf']['kind']} change places"


def _number(rows: list[Any]) -> None:
    """As if it had been so all along: places, numbers and instants are in order."""
    instants = sorted(row["leaf"]["at"] for row in rows)
    entries = 0
    for place, (row, at) in enumerate(zip(rows, instants, strict=True)):
        row["leaf"] |= {"i": place, "at": at}
        if row["leaf"]["kind"] == "entry":
            entries += 1
            row["leaf"]["number"] = entries


_WAYS: tuple[Callable[[Random, list[Any]], str], ...] = (
    _replace,
    _replace,
    _replace,
    _add_or_remove,
    _drop,
    _repeat,
    _swap,
)
