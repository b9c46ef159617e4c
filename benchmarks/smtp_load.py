"""Load over SMTP: many connections in one process, each sending one message after another."""

import asyncio
import time

CONNECTIONS = 20
_MESSAGE = (
    b"From: entrant@example.org\r\nSubject: Answer\r\n\r\n" + b"An answer of some length.\r\n" * 40 + b".\r\n"
)


class Refused(Exception):
    """The door did not take a message."""


def accepted_per_second(port: int, recipient: str, messages: int) -> float:
    """Send `messages` over all connections. Returns how many were answered `250` per second."""
    return asyncio.run(_measure(port, recipient, messages))


async def _measure(port: int, recipient: str, messages: int) -> float:
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _connection in range(CONNECTIONS):
            group.create_task(_client(port, recipient, messages // CONNECTIONS))
    return messages // CONNECTIONS * CONNECTIONS / (time.perf_counter() - begun)


async def _client(port: int, recipient: str, messages: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def say(line: bytes, expected: bytes) -> None:
        writer.write(line)
        reply = await reader.readuntil(b"\r\n")
        while reply[3:4] == b"-":
            reply = await reader.readuntil(b"\r\n")
        if not reply.startswith(expected):
            raise Refused(reply.decode())

    await say(b"", b"220")
    await say(b"EHLO bench.example.org\r\n", b"250")
    for _turn in range(messages):
        await say(b"MAIL FROM:<entrant@example.org>\r\n", b"250")
        await say(f"RCPT TO:<{recipient}>\r\n".encode(), b"250")
        await say(b"DATA\r\n", b"354")
        await say(_MESSAGE, b"250")
    await say(b"QUIT\r\n", b"221")
    writer.close()
