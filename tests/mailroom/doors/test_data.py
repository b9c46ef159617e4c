"""What follows DATA, as it is read from packets of any size."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from blog.mailroom.doors.data import Fault, read_message


def _read(*packets: bytes, most: int = 100, longest_line: int = 50, limit: int = 16) -> bytes | Fault:
    """What is read of packets that come one after the other, by a connection that buffers `limit` octets."""

    async def read() -> tuple[bytes | Fault, bytes]:
        reader = asyncio.StreamReader(limit=limit)

        async def feed() -> None:
            for packet in packets:
                reader.feed_data(packet)
                # So that whoever waits takes it before the next one comes.
                for _turn in range(3):
                    await asyncio.sleep(0)
            reader.feed_eof()

        feeding = asyncio.ensure_future(feed())
        found = await read_message(reader, most=most, longest_line=longest_line)
        await feeding
        return found, await reader.read()

    # In a thread of its own: browser tests leave a loop running in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        found, rest = thread.submit(lambda: asyncio.run(read())).result()
    if found is not Fault.ENDLESS:
        assert rest == b"QUIT\r\n"
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 16, 1000])
@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"x\r\n.\r\n", b"x\r\n"),
        (b".x\r\n...\r\n..y\r\n.\r\n", b"x\r\n..\r\n.y\r\n"),
        (b"a.\r\nb\n.\r\nc\r.\r\n\n.\nd\r\n\x00.\r\n.\r\n", b"a.\r\nb\n.\r\nc\r.\r\n\n.\nd\r\n\x00.\r\n"),
        (b"\xff\x00\x80\r\r\n.\r\n", b"\xff\x00\x80\r\r\n"),
        (b"a long text of more than one piece\r\n.\r\n", b"a long text of more than one piece\r\n"),
    ],
)
def test_a_message_is_the_same_wherever_packets_begin(size: int, sent: bytes, message: bytes) -> None:
    octets = sent + b"QUIT\r\n"

    assert _read(*(octets[at : at + size] for at in range(0, len(octets), size))) == message


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (b"x" * 48 + b"\r\n" + b"y" * 48 + b"\r\n", None),
        (b"x" * 48 + b"\r\n" + b"y" * 49 + b"\r\n", Fault.TOO_LARGE),
        (b"\r\n" * 51, Fault.TOO_LARGE),
        (b"x" * 49 + b"\r\n", Fault.LINE_TOO_LONG),
        (b"\r\n" + b"x" * 30 + b"\r\n" + b"y" * 49 + b"\r\n", Fault.LINE_TOO_LONG),
        (b"z" * 700 + b"\r\n", Fault.TOO_LARGE),
        (b"z" * 1500 + b"\r\n", Fault.ENDLESS),
    ],
)
@pytest.mark.parametrize("limit", [16, 4000])
def test_a_message_has_its_limits(message: bytes, found: Fault | None, limit: int) -> None:
    packets = [(message + b".\r\nQUIT\r\n")[at : at + 40] for at in range(0, len(message) + 9, 40)]

    assert _read(*packets, limit=limit) == (message if found is None else found)
