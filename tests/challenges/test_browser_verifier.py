"""The verifier of the page, run without a browser: what it finds, and that the program never says another thing."""

import base64
import hashlib
import json
import os
import re
import subprocess
from collections.abc import Callable, Generator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask

import blog
from blog.challenges.ledger import leaves
from blog.challenges.ledger.canonical import Value
from blog.challenges.ledger.notes import Signer
from blog.challenges.values import AwardStep, Ending, Ineligible
from blog.challenges.verifier import verify_challenge
from blog.challenges.verifier.verify_challenge import (
    Amendment,
    Change,
    NotShown,
    Wrong,
    check_export,
    check_kept,
)
from blog.challenges.words.checking import checking_words
from dev.node_tools import node
from tests.challenges.test_verifier import (
    LIES,
    arrive,
    award,
    base,
    begun_later,
    chronicle,
    close,
    end,
    judge,
    on_their_word,
    stand,
    tick,
    two_ledgers,
    with_winner,
)
from tests.conftest import missing
from tests.support.ledgers import OPENED, ORIGIN, LedgerWriter, opened, terms, token_over
from tests.support.resigning import encoded, histories, mutated, note_by, signed_anew
from tests.support.tampering import tampered

PROGRAM = Path(__file__).parents[1] / "support" / "browser_verifier.mjs"
SCRIPTS = Path(blog.__path__[0]) / "static" / "js"
# How many things are done to ledgers: more in `make soak`.
TAMPERINGS = int(os.environ.get("TAMPERINGS", "400"))
_AT_ONCE = 400
_HISTORIES = 24

# What both tell of a ledger, by how the program begins to say it.
_TOLD = "No row|Key |Note: |Prize |Nobody has won|Amendment|It ended|Entry "

Found = dict[str, Any]
Check = Callable[..., list[Found]]


@pytest.fixture(scope="module")
def check() -> Generator[Check]:
    """What the page would say of some exports, each as `found` or `fault`, by what it knows beside them."""
    program = node()
    if program is None:
        missing("Node is not installed (make tools)")
    command = [program or "", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", str(PROGRAM)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as verifier:
        given, told = verifier.stdin, verifier.stdout
        assert given is not None
        assert told is not None

        def checked(files: Sequence[bytes], **known: Value) -> list[Found]:
            found: list[Found] = []
            for file in files:
                print(json.dumps({"file": base64.b64encode(file).decode(), **known}), file=given, flush=True)
                found.append(json.loads(told.readline()))
            return found

        yield checked
        given.close()


def found_in(check: Check, writer: LedgerWriter, **known: Value) -> Found:
    """What it tells of a ledger that is in order."""
    (said,) = check([writer.document()], **known)
    return said["found"]


def fault_in(check: Check, data: bytes, **known: Value) -> tuple[str, int | None]:
    """What it finds wrong, and the row."""
    (said,) = check([data], **known)
    return said["fault"]["why"], said["fault"]["row"]


def lines_of(data: bytes) -> set[str] | None:
    """What the program in Python tells; None where something is wrong."""
    try:
        return told_in(check_export(data))
    except Wrong:
        return None


# How the lines begin of which there may be more or less.
_TELLINGS = (
    "No row waited",
    r"Key from row [1-9]",
    r"Prize \d+: entry",
    r"Prize \d+ was that of",
    "Nobody has won",
    "Note: it ended while",
    "Note: judged one way",
    "Note: judged, and after that",
    "Note: disqualified",
    "Note: has won, and",
)


# What rests on the word of the editors alone.
_ON_THEIR_WORD = {
    "turned": "judged one way, and then the other",
    "restated": "judged, and after that it was changed whether it can win",
    "disqualified": "disqualified",
    "nameless": "has won, and its sender has no name by which their tries could be counted",
}


def told_in(lines: Sequence[str]) -> set[str]:
    """Of what the program tells that of which there may be more or less."""
    return {line for line in lines if re.match(_TOLD, line)}


def entries_named(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - 20} more" if len(numbers) > 20 else ""
    return f"entr{'y' if len(numbers) == 1 else 'ies'} {', '.join(map(str, numbers[:20]))}{more}"


def begun_late(at: str, opened: str, before: int) -> str:
    how_many = {0: "no entry is", 1: "1 entry is"}.get(before, f"{before} entries are")
    unseen = ", and nobody could have seen that" if before else ""
    return (
        f"Note: the ledger was begun at {at}, and the challenge opened at {opened}: "
        f"{how_many} said to have come before it was begun{unseen}."
    )


def told_of(found: Found) -> set[str]:
    """What the page tells, in the words of the program."""
    waited = timedelta(microseconds=int(found["wait"]["time"]))
    lines = {f"No row waited longer for its first checkpoint than row {found['wait']['row']}: {waited}."}
    lines |= {
        f"Key from row {key['row']} on: {key['name']}, SHA-256 {key['fingerprint']}." for key in found["keys"]
    }
    lines |= {f"Prize {each['prize']}: entry {each['number']}." for each in found["winners"]}
    lines |= {
        f"Prize {each['prize']} was that of entry {each['number']}, until it was {each['step']} "
        f"at {each['at']} (by: {each['by']})."
        for each in found["back"]
    }
    lines |= {amendment_line(each) for each in found["amendments"]}
    lines |= {
        f"Entry {each['number']} was found correct by {' and '.join(each['by'])}."
        for each in found["winners"]
    }
    if found["early"]:
        row, promised, closes_at = (found["early"][name] for name in ("row", "promised", "closes"))
        lines.add(f"Note: it closed at {closes_at}; until row {row} it was to close at {promised}.")
    if found["ending"]:
        lines.add(
            verify_challenge.ending_line(
                {**found["ending"], "i": found["ending"]["row"], "how": found["how"]}
            )
        )
    if found["isOver"] and not found["winners"]:
        lines.add(f"Nobody has won ({found['how']}).")
    if found["undecided"]:
        lines.add(
            f"Note: it ended while {found['undecided']} more of the entries could have come to a prize."
        )
    lines |= {
        f"Note: {what}: {entries_named(found[name])}." for name, what in _ON_THEIR_WORD.items() if found[name]
    }
    if found["begun"]:
        lines.add(begun_late(**found["begun"]))
    if found["inTime"]:
        lines.add(f"Note: of the entries behind its end {found['inTime']} came in time.")
    return lines


def amendment_line(said: Found) -> str:
    """What the page knows of an amendment, as the program tells it."""
    changes = [Change(**each) for each in said["changes"]]
    told = {"row": said["row"], "at": said["at"], "reason": said["reason"], "rejudge": said["rejudge"]}
    return verify_challenge.amendment_line(
        Amendment(**told, is_known=said["isKnown"], changes=changes, worth_less=said["less"])
    )


def with_row(change: Callable[[list[Any]], object], writer: LedgerWriter | None = None) -> bytes:
    """A ledger in whose rows something is another, hashed and signed for that."""
    document = json.loads((writer or with_winner()).document())
    change(document["rows"])
    return signed_anew(document)


def row_of(rows: list[Any], kind: str, number: int = 0) -> Any:
    return [row for row in rows if row["leaf"]["kind"] == kind][number]


class TestBothVerifiers:
    def test_of_what_may_happen_they_tell_the_same(self, check: Check) -> None:
        happened = [chronicle(seed) for seed in range(40)]
        files = [each.writer.document() for each in happened]
        tellings = [line for file in files for line in told_in(check_export(file))]
        # There is something to compare of each kind.
        assert [word for word in _TELLINGS if not any(re.match(word, line) for line in tellings)] == []
        for each, file, said in zip(happened, files, check(files), strict=True):
            found = said["found"]
            assert told_in(check_export(file)) == told_of(found)
            assert (found["how"], found["isOver"]) == (each.how or "", each.how is not None)
            assert (found["rows"], found["entries"]) == (len(each.writer.rows), len(each.entries))

    @pytest.mark.parametrize("turn", range(-(-TAMPERINGS // _AT_ONCE)))
    def test_of_what_the_owner_of_the_key_writes_they_accept_the_same(self, check: Check, turn: int) -> None:
        random = Random(turn)  # noqa: S311
        documents = histories(_HISTORIES)
        changed = [mutated(random, random.choice(documents)) for _each in range(_AT_ONCE)]
        said = check([data for data, _what in changed])
        differences = [
            (what, by_program, by_page)
            for (data, what), each in zip(changed, said, strict=True)
            if (by_program := lines_of(data))
            != (by_page := told_of(each["found"]) if "found" in each else None)
        ]
        assert differences == []

    @pytest.mark.parametrize("seed", range(-(-TAMPERINGS // _AT_ONCE)))
    def test_what_a_stranger_changes_the_page_finds_too(self, check: Check, seed: int) -> None:
        random = Random(seed)  # noqa: S311
        honest = [chronicle(each).writer.document() for each in range(10)]
        changed = [tampered(random, random.choice(honest)) for _each in range(_AT_ONCE // 4)]
        said = check([each.data for each in changed])
        assert [each.what for each, found in zip(changed, said, strict=True) if "found" in found] == []

    def test_what_an_organiser_may_not_do_the_page_finds_too(self, check: Check) -> None:
        files: list[bytes] = []
        for make, _fault in LIES.values():
            writer = make()
            if not writer.has_ended:
                # Of what was sealed nothing can be said before it is opened.
                writer.now = max(writer.now, OPENED + timedelta(days=1))
                end(writer, Ending.CANCELLED)
            files.append(writer.document())
        rows = {lie: said.get("fault", {}).get("row") for lie, said in zip(LIES, check(files), strict=True)}
        by_program = {lie: int(fault.split()[1].rstrip(":")) for lie, (_make, fault) in LIES.items()}
        assert {lie: row for lie, row in rows.items() if row != by_program[lie]} == {}


class TestWhatIsWritten:
    @pytest.mark.parametrize(
        ("kind", "name", "value"),
        [
            ("verdict", "judgement", "Correct"),
            ("verdict", "judge", None),
            ("verdict", "judge", "j01"),
            ("verdict", "terms", 2**53),
            ("verdict", "reason", "a reason"),
            ("standing", "eligible", 1),
            ("standing", "proven", None),
            ("standing", "sender", "somebody"),
            ("award", "step", "constructor"),
            ("award", "more", 1),
            ("opened", "attempts", 1.5),
            ("opened", "judges", 3),
            ("opened", "prizes", []),
            ("opened", "settling", {"smtp": -1}),
            ("opened", "claim_days", None),
            ("opened", "naïve", 1),
        ],
    )
    def test_what_was_sealed_has_the_words_of_its_kind(
        self, check: Check, kind: str, name: str, value: Any
    ) -> None:
        data = with_row(lambda rows: row_of(rows, kind)["open"]["content"].update({name: value}))
        why, row = fault_in(check, data)
        assert why in {"shape", "written"}
        assert row == {"opened": 0, "standing": 2, "verdict": 5, "award": 7}[kind]

    @pytest.mark.parametrize(
        ("kind", "name", "value"),
        [
            ("ended", "how", "drawn"),
            ("entry", "private", "no hash"),
            ("entry", "stamped_at", "2026-05-01T25:00:00.000000Z"),
            ("entry", "stamped_at", "2026-02-30T10:00:00.000000Z"),
            ("entry", "door", None),
            ("entry", "more", None),
        ],
    )
    def test_a_row_has_the_fields_of_its_kind(self, check: Check, kind: str, name: str, value: Any) -> None:
        data = with_row(lambda rows: row_of(rows, kind)["leaf"].update({name: value}))
        assert fault_in(check, data) == ("shape", {"entry": 1, "ended": 10}[kind])

    def test_a_door_that_is_called_like_something_of_every_object_has_no_time_under_way(
        self, check: Check
    ) -> None:
        writer = opened(closes_at=OPENED + timedelta(minutes=10))
        arrive(writer, 1, door="constructor", after=120, stamped=OPENED)
        stand(writer, 1)
        end(writer, Ending.CANCELLED)
        assert fault_in(check, writer.document()) == ("late", 2)

    @pytest.mark.parametrize(("depth", "why"), [(27, None), (28, "deep"), (20_000, "deep")])
    def test_values_stand_in_values_as_often_as_the_format_allows(
        self, check: Check, depth: int, why: str | None
    ) -> None:
        # The file, its rows, the row, what opens it and the content are five; a list more is the sixth.
        writer = opened(terms(more="deep"))
        end(writer, Ending.CANCELLED)
        data = writer.document().replace(b'"deep"', b"[" * depth + b"]" * depth)
        # It is not what was sealed any more, and that is found only where it can be read.
        assert fault_in(check, data) == (why or "opening", 0)

    def test_a_checkpoint_is_written_in_one_way(self, check: Check) -> None:
        document = json.loads(base(1).document())
        signer = LedgerWriter().signer
        origin, size, root, at = document["checkpoints"][0]["note"].split("\n")[:4]
        files: list[bytes] = []
        for lines in (
            [origin, size, root, at],
            [origin, f"0{size}", root, at],
            [origin, f"{size}.0", root, at],
            [origin, size, root.lower(), at],
            [origin, size, f"{root}=", at],
            [origin, size, root, at, "more"],
            [origin, size, root],
            [origin, size, root, at.replace("at ", "At ")],
            [origin, size, root, "at 2026-05-01T10:00:02.000000+00:00"],
            [origin, size, root, "at 2026-05-01T24:00:00.000000Z"],
            [origin, size, root, "at 2026-13-01T10:00:00.000000Z"],
            [f"{origin}\r", size, root, at],
            ["", size, root, at],
        ):
            document["checkpoints"][0]["note"] = note_by(signer, "".join(f"{line}\n" for line in lines))
            files.append(encoded(document) + b"\n")
        expected = [True, *[False] * (len(files) - 1)]
        assert ["found" in said for said in check(files)] == expected
        assert [lines_of(file) is not None for file in files] == expected

    def test_a_second_signature_is_no_part_of_a_checkpoint(self, check: Check) -> None:
        document = json.loads(base(1).document())
        other = base64.b64encode(b"x" * 68).decode()
        document["checkpoints"][0]["note"] += f"— other.example {other}\n"
        data = (
            json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"
        )
        assert fault_in(check, data) == ("checkpoint", None)


class TestKeys:
    # Points of small order, one that is none of the curve, and one that is written in a second way.
    @pytest.mark.parametrize("encoded", [0, 1, 2**255 - 20, 2, 2**255 - 18, 2**255 - 19 + 3])
    def test_one_for_which_anybody_can_sign_is_none(self, check: Check, encoded: int) -> None:
        public = b"\x01" + encoded.to_bytes(32, "little")
        identity = hashlib.sha256(b"example.org\n" + public).digest()[:4]
        key = f"example.org+{identity.hex()}+{base64.b64encode(public).decode()}"
        data = with_row(lambda rows: rows[0]["leaf"].update(key=key))
        assert fault_in(check, data) == ("key", 0)

    def test_another_one_is_of_the_same_host(self, check: Check) -> None:
        writer = base(1)
        writer.sign()
        writer.change_key(Signer("example.net", b"e" * 32))
        assert fault_in(check, writer.document()) == ("key", 3)

    def test_all_of_them_are_told_with_their_rows(self, check: Check) -> None:
        writer = base(1)
        first = writer.signer
        writer.sign()
        writer.change_key(Signer("example.org", b"l" * 32))
        found = found_in(check, writer)
        assert found["origin"] == ORIGIN
        assert found["keys"] == [
            {"fingerprint": _fingerprint(first), "name": "example.org", "row": 0},
            {"fingerprint": _fingerprint(writer.signer), "name": "example.org", "row": 3},
        ]


def _fingerprint(signer: Signer) -> str:
    raw = base64.b64decode(signer.verifier_key.split("+", 2)[2])
    return hashlib.sha256(raw[1:]).hexdigest()


def stamped_with(random: Random) -> bytes:
    """A ledger with a stamp in which a byte or two are others, as its row has it."""
    writer = base(1)
    writer.sign()
    size, note = writer.notes[-1]
    token = bytearray(token_over(note, writer.now))
    for _change in range(random.randrange(3)):
        # What it says stands in the first hundred bytes; behind them is what nobody reads here.
        token[random.randrange(140)] = random.choice([0, 1, 0x18, 0x30, 0x31, 0x7F, 0x80, 0x81, 0x82, 0xFF])
    writer.stamps[size] = [("tsa.example.org", bytes(token))]
    writer.append(
        leaves.anchor(size=size, authority="tsa.example.org", token_sha256=hashlib.sha256(token).hexdigest())
    )
    return writer.document()


class TestStamps:
    def test_what_is_no_answer_of_an_authority_is_no_stamp_though_the_hash_stands_in_it(
        self, check: Check
    ) -> None:
        writer = base(1)
        writer.sign()
        size, note = writer.notes[-1]
        token = b"no DER at all " + hashlib.sha256(note.encode()).digest()
        writer.stamps[size] = [("tsa.example.org", token)]
        writer.append(
            leaves.anchor(
                size=size, authority="tsa.example.org", token_sha256=hashlib.sha256(token).hexdigest()
            )
        )
        assert fault_in(check, writer.document()) == ("anchor", 3)

    def test_both_verifiers_read_the_same_in_whatever_an_authority_answers(self, check: Check) -> None:
        random = Random(1)  # noqa: S311
        files = [stamped_with(random) for _each in range(200)]
        by_page = ["found" in said for said in check(files)]
        assert by_page == [lines_of(file) is not None for file in files]
        assert 0 < sum(by_page) < len(files)

    def test_it_tells_who_has_seen_what_and_how_much_later(self, check: Check) -> None:
        writer = base(1)
        writer.sign()
        writer.stamp(at=OPENED + timedelta(minutes=11, seconds=12))
        (seen,) = found_in(check, writer)["stamps"]
        assert seen == {
            "at": "2026-05-01T10:11:12.000000Z",
            "authority": "tsa.example.org",
            "late": "670000000",
            "size": 3,
        }

    def test_a_stamp_of_before_there_was_what_it_stamps_is_wrong(self, check: Check) -> None:
        # Its clock may be five minutes behind ours.
        for seconds, why in ((5 * 60, None), (5 * 60 + 1, "stamp-early")):
            writer = base(1)
            writer.sign()
            writer.stamp(at=writer.now - timedelta(seconds=seconds))
            (said,) = check([writer.document()])
            assert (said["fault"]["why"] if "fault" in said else None) == why


class TestRowsThatAreLost:
    def admitted(self, signed_at: datetime) -> LedgerWriter:
        writer = base(1)
        writer.sign()
        writer.append(
            leaves.restored(size=9, root=b"r" * 32, signed_at=signed_at, reason="A disk.", at=writer.now)
        )
        return writer

    def test_both_tell_them_with_what_was_said_of_them(self, check: Check) -> None:
        writer = self.admitted(OPENED)
        at = "2026-05-01T10:00:00.000000Z"
        assert found_in(check, writer)["losses"] == [{"row": 3, "size": 9, "at": at, "reason": "A disk."}]
        assert (
            f"Row 3: an older copy of the ledger was put back. 9 rows had been signed at {at}, and not all of them "
            "are here. Why: 'A disk.'."
        ) in check_export(writer.document())

    def test_they_were_not_signed_later_than_they_were_lost(self, check: Check) -> None:
        writer = self.admitted(OPENED + timedelta(days=1))
        assert fault_in(check, writer.document()) == ("lost", 3)
        assert lines_of(writer.document()) is None


class TestWhoseLedgerItIs:
    def own(self, writer: LedgerWriter, **changes: Value) -> Value:
        return {"key": writer.signer.verifier_key, "note": writer.notes[-1][1], "origin": ORIGIN, **changes}

    def test_that_of_the_page_is_right_and_an_older_copy_is_called_one(self, check: Check) -> None:
        writer = base(1)
        older = writer.document()
        arrive(writer, 2)
        newer = writer.document()
        known = self.own(writer)
        assert [said["found"]["isOlder"] for said in check([older, newer], own=known)] == [True, False]

    def test_that_of_another_challenge_is_refused_by_its_name(self, check: Check) -> None:
        writer = base(1)
        data = writer.document()
        known = self.own(writer, origin="example.org/challenges/another")
        (said,) = check([data], own=known)
        assert said["fault"]["why"] == "another-ledger"
        assert said["fault"]["said"] == {"origin": ORIGIN, "own": "example.org/challenges/another"}

    def test_one_that_somebody_else_has_signed_is_refused(self, check: Check) -> None:
        writer = base(1)
        data = writer.document()
        known = self.own(writer, key=Signer("example.org", b"l" * 32).verifier_key)
        assert fault_in(check, data, own=known) == ("another-key", None)

    def test_two_ledgers_of_one_key_are_told_apart_by_what_was_signed(self, check: Check) -> None:
        one, other = base(1), base(1)
        one.sign()
        known = self.own(one)
        arrive(other, 2)
        assert fault_in(check, other.document(), own=known) == ("forked", None)


class TestAKeptCheckpoint:
    def test_all_of_the_mail_can_be_given_in_which_it_came(self, check: Check) -> None:
        """With what stands above and below, and of an earlier one that is quoted the newer counts."""
        writer = base(1)
        writer.sign()
        arrive(writer, 2)
        writer.sign()
        older, newer = (note for _size, note in writer.notes)
        quoted = "\n".join(f"> {line}" for line in older.splitlines())
        mail = f"We met at noon.\n\n{newer}\n-- \nThe editors\n\nBefore that:\n{quoted}\n"
        for kept, size in ((mail, 4), (quoted, 3), (f"At once.\n{quoted}", 3)):
            assert found_in(check, writer, kept=kept)["kept"] == size
            assert f" over {size} rows " in check_kept(kept.encode(), writer.document())[0]

    def test_it_fits_whatever_ends_its_lines(self, check: Check) -> None:
        writer = base(1)
        writer.sign()
        kept = writer.notes[-1][1]
        arrive(writer, 2)
        for pasted in (kept, kept.strip(), kept.replace("\n", "\r\n"), f"\n{kept}\n\n"):
            assert found_in(check, writer, kept=pasted)["kept"] == 3
            check_kept(pasted.encode(), writer.document())

    def test_it_is_found_in_a_receipt_and_whatever_stands_between_its_words(self, check: Check) -> None:
        writer = base(1)
        writer.sign()
        kept = writer.notes[-1][1]
        arrive(writer, 2)
        in_file = json.dumps(kept, ensure_ascii=False).strip('"')
        receipt = {"format": "rejoinder-receipt-1", "note": kept, "reasons": [{"content": '"note":"x"'}]}
        for pasted in (
            " ".join(kept.split()),
            in_file,
            in_file.replace("\\n", "\\r\\n"),
            json.dumps(receipt, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n",
            json.dumps(receipt, ensure_ascii=False, indent=2),
            # As `python -m json.tool` writes it: the dash by its number.
            json.dumps(receipt, indent=4),
            f"\ufeff\u00a0{kept}",
        ):
            assert found_in(check, writer, kept=pasted)["kept"] == 3
            assert check_kept(pasted.encode(), writer.document())[0].startswith("The kept checkpoint of ")

    def test_it_proves_that_the_rows_were_others(self, check: Check) -> None:
        writer = base(1)
        writer.sign()
        assert fault_in(check, base(1).document(), kept=writer.notes[-1][1]) == ("kept-root", None)

    def test_what_does_not_belong_to_the_ledger_is_refused(self, check: Check) -> None:
        writer = base(2)
        data = base(1).document()
        writer.sign()
        text = writer.notes[-1][1].partition("\n\n")[0] + "\n"
        another = text.replace("a-question", "another")
        stranger = Signer("example.org", b"x" * 32)
        for kept, why in (
            ("no checkpoint", "kept-unreadable"),
            (writer.notes[-1][1].strip() + "more", "kept-unreadable"),
            (writer.notes[-1][1].replace("/", "/ "), "kept-unreadable"),
            ('{"note":""}', "kept-unreadable"),
            (note_by(writer.signer, another), "kept-another"),
            # Of a key that came later an older copy knows nothing.
            (note_by(stranger, text), "kept-newer-key"),
            (note_by(stranger, text.replace("\nat 2026", "\nat 2025")), "kept-signature"),
            (note_by(writer.signer, text), "kept-larger"),
        ):
            assert fault_in(check, data, kept=kept) == (why, None)
            with pytest.raises(Wrong) as found:
                check_kept(kept.encode(), data)
            assert isinstance(found.value, NotShown) == (why in {"kept-newer-key", "kept-larger"})

    def test_a_ledger_that_was_signed_later_has_no_fewer_rows(self, check: Check) -> None:
        honest, shorter = two_ledgers()
        kept, data = honest.notes[-1][1], shorter.document()
        assert fault_in(check, data, kept=kept) == ("kept-shorter", None)
        stranger = note_by(Signer("example.org", b"x" * 32), kept.partition("\n\n")[0] + "\n")
        assert fault_in(check, data, kept=stranger) == ("kept-signature", None)
        # The newest checkpoint of the page is as good as one that was kept.
        own: Value = {"key": honest.signer.verifier_key, "note": kept, "origin": ORIGIN}
        assert fault_in(check, data, own=own) == ("forked-shorter", None)

    def test_with_a_clock_that_was_set_back_a_longer_one_may_say_the_same_instant(self, check: Check) -> None:
        writer = base(1)
        older = writer.document()
        writer.append(leaves.closed(closes_at=writer.now))
        writer.sign()
        kept = writer.notes[-1][1]
        assert fault_in(check, older, kept=kept) == ("kept-larger", None)
        own: Value = {"key": writer.signer.verifier_key, "note": kept, "origin": ORIGIN}
        (said,) = check([older], own=own)
        assert said["found"]["isOlder"] is True

    @pytest.mark.parametrize("length", [3, 11])
    def test_a_browser_that_cannot_check_signatures_accuses_nobody(self, check: Check, length: int) -> None:
        """Not every browser knows them, and then anybody could have written the note."""
        honest, shorter = two_ledgers()
        text = honest.notes[-1][1].replace("\n11\n", f"\n{length}\n")
        (said,) = check([shorter.document()], kept=text, canCheckSignatures=False)
        assert (said["fault"]["why"], said["fault"]["size"]) == ("kept-unchecked", length)


def test_there_are_words_for_whatever_it_finds(app: Flask) -> None:
    scripts = [path.read_text() for path in SCRIPTS.glob("*.js")]
    faults = {why for script in scripts for why in re.findall(r'new Fault\(\s*"([a-z-]+)"', script)}
    said = re.findall(r"said\(([^()]*)\)", (SCRIPTS / "verify.js").read_text())
    told = {word for each in said for word in re.findall(r'"([a-z-]+)"', each)}
    with app.test_request_context():
        known = set(checking_words())
    assert {"shape", "kept-root", "nobody"} <= faults | told
    assert (faults | told) - known == set()


class TestWhatIsTold:
    def test_whether_anything_was_left_undecided(self, check: Check) -> None:
        writer = base(2)
        judge(writer, 1, "incorrect")
        close(writer)
        end(writer, Ending.NO_WINNER)
        found = found_in(check, writer)
        assert (found["how"], found["winners"], found["undecided"]) == ("no_winner", [], 1)
        judged = base(1)
        judge(judged, 1, "incorrect")
        close(judged)
        end(judged, Ending.NO_WINNER)
        assert found_in(check, judged)["undecided"] == 0

    def test_a_correct_one_that_nobody_confirmed_could_still_have_won(self, check: Check) -> None:
        writer = opened()
        arrive(writer, 1)
        stand(writer, 1, proven=False)
        judge(writer, 1)
        close(writer)
        end(writer, Ending.NO_WINNER)
        assert found_in(check, writer)["undecided"] == 1

    def test_what_was_cancelled_is_not_called_undecided(self, check: Check) -> None:
        writer = base(1)
        end(writer, Ending.CANCELLED)
        arrive(writer, 2)
        found = found_in(check, writer)
        assert (found["how"], found["undecided"], found["inTime"]) == ("cancelled", 0, 0)

    def test_what_came_in_time_and_stands_behind_the_end_is_counted(self, check: Check) -> None:
        writer = opened(closes_at=OPENED + timedelta(minutes=1))
        tick(writer, 60)
        close(writer)
        writer.rows.pop()
        writer.append(leaves.closed(closes_at=OPENED + timedelta(minutes=1)))
        end(writer, Ending.NO_WINNER)
        arrive(writer, 1, door="postmark", after=3, stamped=OPENED)
        arrive(writer, 2, after=4)
        assert found_in(check, writer)["inTime"] == 1

    def test_prizes_that_came_back_are_told_with_whose_act_it_was(self, check: Check) -> None:
        writer = base(2)
        for number in (1, 2):
            judge(writer, number)
        award(writer, 1, AwardStep.NOTIFIED)
        award(writer, 1, AwardStep.DECLINED)
        award(writer, 2, AwardStep.NOTIFIED)
        award(writer, 2, AwardStep.CLAIMED)
        close(writer)
        end(writer, Ending.FINAL, (1, 2))
        (back,) = found_in(check, writer)["back"]
        assert back == {
            "at": "2026-05-01T10:00:08.000000Z",
            "by": "winner",
            "number": 1,
            "prize": 1,
            "step": "declined",
        }

    def test_what_is_the_word_of_the_editors_alone(self, check: Check) -> None:
        writer = on_their_word()
        # Behind the end it decides nothing.
        stand(writer, 4, why=Ineligible.WITHDRAWN)
        found = found_in(check, writer)
        told = {name: found[name] for name in _ON_THEIR_WORD}
        assert told == {"turned": [1], "restated": [2, 6], "disqualified": [3], "nameless": [5]}
        assert told_of(found) == told_in(check_export(writer.document()))

    @pytest.mark.parametrize("before", [0, 1, 2])
    def test_when_the_ledger_was_begun_where_that_was_later(self, check: Check, before: int) -> None:
        writer = begun_later(OPENED + timedelta(days=3))
        for number in range(1, before + 1):
            arrive(writer, number)
        writer.now = OPENED + timedelta(days=3)
        arrive(writer, before + 1)
        found = found_in(check, writer)
        assert found["begun"] == {
            "at": "2026-05-04T10:00:00.000000Z",
            "before": before,
            "opened": "2026-05-01T10:00:00.000000Z",
        }
        assert told_of(found) == told_in(check_export(writer.document()))
        at_once = begun_later(OPENED + timedelta(seconds=59))
        arrive(at_once, 1, after=1)
        assert found_in(check, at_once)["begun"] is None

    def test_how_long_a_row_had_to_wait_for_its_checkpoint(self, check: Check) -> None:
        writer = base(1)
        tick(writer, 58)
        writer.sign()
        arrive(writer, 2)
        assert found_in(check, writer)["wait"] == {"row": 0, "time": "60000000"}

    def test_why_nobody_can_win_is_no_fault(self, check: Check) -> None:
        writer = opened()
        arrive(writer, 1)
        stand(writer, 1, why=Ineligible.STAFF)
        close(writer)
        end(writer, Ending.NO_WINNER)
        assert found_in(check, writer)["undecided"] == 0
