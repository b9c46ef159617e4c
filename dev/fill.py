"""Bring the database up to date, and put demo content into an empty one unless `DEMO=0`."""

import io
import os
from contextlib import redirect_stdout

from flask.cli import FlaskGroup
from flask_migrate import upgrade

from blog.factory import create_app


def main() -> None:
    """Upgrade and fill, with one application for both."""
    app = create_app()
    with app.app_context():
        upgrade()
    if os.environ.get("DEMO", "1") != "0":
        # What it says, the greeting says again when the site is up.
        with redirect_stdout(io.StringIO()):
            FlaskGroup(create_app=lambda: app).main(
                ["demo", "--if-empty"], prog_name="flask", standalone_mode=False
            )


if __name__ == "__main__":
    main()
