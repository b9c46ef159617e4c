import json
from datetime import UTC, datetime

from flask.testing import FlaskCliRunner

from blog.core.db import unit_of_work
from blog.discussions.actions import set_mode
from blog.discussions.values import Mode
from tests.factories.accounts import make_person
from tests.factories.discussions import make_comment, make_thread

UNTIL = datetime(2099, 1, 2, 11, 30, tzinfo=UTC)


def test_threads_list_prints_every_debate(runner: FlaskCliRunner) -> None:
    quiet = make_thread(title="Quiet", slug="quiet")
    lively = make_comment(thread=make_thread(title="Lively", slug="lively"))
    make_thread(title="Hidden", listed=False)
    moderator = make_person(role="moderator", name="Mo")
    with unit_of_work():
        set_mode(moderator.actor, quiet, Mode.CLOSED, "Enough.", UNTIL)
    result = runner.invoke(args=["threads", "list", "--json"])
    assert result.exit_code == 0
    assert sorted(json.loads(result.stdout), key=lambda thread: thread["id"]) == [
        {
            "id": quiet.id,
            "title": "Quiet",
            "address": f"/debates/{quiet.id}-quiet",
            "mode": "closed",
            "mode_reason": "Enough.",
            "mode_by": "Mo",
            "mode_until": "2099-01-02T11:30:00+00:00",
            "comments": 0,
            "last_comment_at": None,
        },
        {
            "id": lively.thread_id,
            "title": "Lively",
            "address": f"/debates/{lively.thread_id}-lively",
            "mode": "open",
            "mode_reason": None,
            "mode_by": None,
            "mode_until": None,
            "comments": 1,
            "last_comment_at": lively.created_at.isoformat(),
        },
    ]
    plain = runner.invoke(args=["threads", "list"])
    assert f"{quiet.id}\tclosed\t0\tQuiet\n" in plain.stdout
    assert f"{lively.thread_id}\topen\t1\tLively\n" in plain.stdout
