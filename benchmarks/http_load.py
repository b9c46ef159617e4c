"""Load over HTTP/1.1 with kept connections, in one process, and what it measured."""

import asyncio
import statistics
import time
from dataclasses import dataclass

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Throughput:
    """Answers per second, and the 95th percentile of the waiting time in milliseconds."""

    per_second: float
    p95_ms: float


class UnexpectedAnswer(Exception):
    """The server answered something else than the row is about."""


def measure(port: int, path: str, seconds: float, *, status: int = 200) -> Throughput:
    """Ask for `path` over all connections for `seconds`. Raises `UnexpectedAnswer` on another status."""
    return asyncio.run(_measure(port, path, seconds, status))


async def _measure(port: int, path: str, seconds: float, status: int) -> Throughput:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Language: en\r\n"
        "User-Agent: bench\r\nConnection: keep-alive\r\n\r\n"
    ).encode()
    waits: list[float] = []
    begun = time.perf_counter()
    deadline = begun + seconds
    async with asyncio.TaskGroup() as group:
        for _connection in range(CONNECTIONS):
            group.create_task(_client(port, request, deadline, status, waits))
    taken = time.perf_counter() - begun
    return Throughput(len(waits) / taken, statistics.quantiles(waits, n=20)[-1] * 1000)


async def _client(port: int, request: bytes, deadline: float, status: int, waits: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    expected = f" {status} ".encode()
    while time.perf_counter() < deadline:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        first_line, _, fields = head.partition(b"\r\n")
        if expected not in first_line:
            raise UnexpectedAnswer(first_line.decode())
        await reader.readexactly(_content_length(fields))
        waits.append(time.perf_counter() - begun)
        if b"connection: close" in fields.lower():
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    writer.close()


def _content_length(fields: bytes) -> int:
    for line in fields.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise UnexpectedAnswer("an answer without Content-Length")
