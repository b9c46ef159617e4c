"""The least that a mail door can do: aiosmtpd, and one commit for each message, in the same database.

Run as `python -m benchmarks.bare_door PORT`, with the environment of the product.
"""

import asyncio
import sys

import sqlalchemy as sa
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from blog.core.db import db
from blog.factory import create_app

TABLE = sa.Table(
    "bench_message",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("raw", sa.LargeBinary),
)


class BareHandler:
    """Stores the bytes in a thread and answers."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Commit the message, then answer."""
        await asyncio.to_thread(self._store, envelope.original_content)
        return "250 OK"

    def _store(self, raw: bytes | None) -> None:
        with self._app.app_context(), db.engine.begin() as connection:
            connection.execute(TABLE.insert().values(raw=raw))


async def _serve(app: Flask, port: int) -> None:
    loop = asyncio.get_running_loop()
    handler = BareHandler(app)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", loop=loop), "127.0.0.1", port
    )
    await server.serve_forever()


if __name__ == "__main__":
    application = create_app()
    with application.app_context():
        TABLE.create(db.engine, checkfirst=True)
    asyncio.run(_serve(application, int(sys.argv[1])))
