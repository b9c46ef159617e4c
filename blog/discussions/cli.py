"""`flask threads`: what an operator asks about threads. Moderation adds `mode` to this group."""

import click
from flask.cli import AppGroup

from blog.core import clock
from blog.core.cli import command, print_json
from blog.discussions.models import Thread
from blog.discussions.queries import all_threads

threads_cli = AppGroup("threads", help="Look after the debates.")


@threads_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@command
def list_threads(as_json: bool) -> None:
    """Print every debate, the liveliest first."""
    if as_json:
        print_json([_described(thread) for thread in all_threads()])
        return
    for thread in all_threads():
        mode = thread.mode_at(clock.now())
        click.echo(f"{thread.id}\t{mode}\t{thread.comment_count}\t{thread.title}")


def _described(thread: Thread) -> dict[str, object]:
    mode = thread.mode_at(clock.now())
    is_open = mode.value == "open"
    return {
        "id": thread.id,
        "title": thread.title,
        "address": f"/debates/{thread.id}-{thread.slug}",
        "mode": mode.value,
        "mode_reason": None if is_open else thread.mode_reason,
        "mode_by": None if is_open else thread.mode_by_name,
        "mode_until": thread.mode_until.isoformat() if thread.mode_until and not is_open else None,
        "comments": thread.comment_count,
        "last_comment_at": thread.last_comment_at.isoformat() if thread.last_comment_at else None,
    }
