"""Work of accounts: throwing away what nobody needs."""

from blog.accounts.actions import profile
from blog.core.db import unit_of_work
from blog.core.jobs.queue import Payload, job
from blog.core.storage import current_storage


@job(profile.FORGET_PICTURE)
def forget_picture(payload: Payload) -> None:
    """Throw away the files of a picture, if nobody shows it any more."""
    with unit_of_work():
        profile.forget_picture(str(payload["picture"]), current_storage())
