"""Thousands of messages gone wrong: none breaks the reading, and no word of a person is lost.

The ordinary run takes the same few hundred each time; `make soak` takes 20,000, from a seed of its own, and says
which. A message that fails is made again from the seed and its number.
"""

import os
import random
import re
import time

import pytest

from blog.mailroom.parser import caps
from blog.mailroom.parser.defects import NEEDS_A_PERSON, Defect
from blog.mailroom.parser.message import ParsedMail
from blog.mailroom.parser.reading import read_message
from tests.mailroom.parser.clients import SHAPES
from tests.mailroom.parser.mails import SAMPLES
from tests.mailroom.parser.mutations import letter_with, mutated
from tests.mailroom.parser.test_hostile import AT_A_CAP, HOSTILE, OVER_A_CAP

COUNT = int(os.environ.get("MUTATIONS", "500"))
SEED = os.environ.get("SEED") or (str(time.time_ns()) if "MUTATIONS" in os.environ else "20170124")
WORD = "merkteken4711"
CORPUS = [
    *(sample.raw for sample in SAMPLES),
    *(shape.raw for shape in SHAPES),
    *(raw[:20_000] for raw in HOSTILE.values()),
    *(raw[:20_000] for raw, _ in OVER_A_CAP.values()),
    *(raw[-20_000:] for raw in AT_A_CAP.values()),
]
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def dice_for(number: int) -> random.Random:
    return random.Random(f"{SEED}-{number}")  # noqa: S311


def read_in_time(raw: bytes, envelope_sender: str | None, what: str) -> ParsedMail:
    began = time.process_time()
    mail = read_message(raw, envelope_sender)
    assert time.process_time() - began < 1.0, what
    return mail


def assert_holds_what_is_promised(mail: ParsedMail, what: str) -> None:
    lines = [mail.from_address, mail.from_name, mail.subject, mail.message_id or "", mail.in_reply_to or ""]
    lines += [
        *mail.references,
        *(each.name for each in mail.attachments),
        *(each.type for each in mail.attachments),
    ]
    assert not any(CONTROLS.search(line) or "\n" in line or "\t" in line for line in lines), what
    assert not CONTROLS.search(mail.text + mail.elided), what
    assert Defect.UNPARSABLE not in mail.defects, what
    assert list(mail.defects) == sorted({Defect(defect) for defect in mail.defects}), what
    assert mail.readable is not bool(NEEDS_A_PERSON & {Defect(defect) for defect in mail.defects}), what
    assert mail.automatic is (mail.automatic_reason is not None), what
    assert mail.automatic or mail.kind == "person", what
    assert bool(mail.body_sha256) is bool((mail.text + mail.elided).split()), what
    assert len(mail.text) + len(mail.elided) <= 3 * caps.TEXT_CHARACTERS, what
    assert ParsedMail.from_json(mail.to_json()) == mail, what


@pytest.mark.timeout(3600)
def test_read_message_never_breaks_on_what_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        if "MUTATIONS" in os.environ:
            print(f"\n{COUNT} messages gone wrong, SEED={SEED}")
    for number in range(COUNT):
        dice = dice_for(number)
        raw = mutated(dice, CORPUS)
        what = f"SEED={SEED}, message {number}"
        mail = read_in_time(raw, dice.choice([None, "", "a@example.org"]), what)
        assert_holds_what_is_promised(mail, what)


@pytest.mark.timeout(3600)
def test_read_message_loses_no_word_that_a_person_wrote() -> None:
    for number in range(COUNT):
        raw = letter_with(dice_for(number), WORD)
        what = f"SEED={SEED}, letter {number}"
        mail = read_in_time(raw, "a@example.org", what)
        assert_holds_what_is_promised(mail, what)
        assert (mail.text + mail.elided).count(WORD) == 1, f"{what}: {raw!r}"
