"""What staff are told above their work, until they have done it."""

from flask import render_template
from markupsafe import Markup

from blog.accounts.sessions import present
from blog.core import clock


def staff_notice() -> Markup:
    """Until when an account may do without a second factor; nothing for whom has one, or needs none."""
    here = present()
    if here is None or here.factor_due is None:
        return Markup()
    is_resting = here.factor_due <= clock.now()
    page = render_template("accounts/_staff_notice.html", due=here.factor_due, is_resting=is_resting)
    return Markup(page)  # noqa: S704 - a template of ours, escaped already
