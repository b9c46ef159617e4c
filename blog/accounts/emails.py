"""What people are told by mail about their accounts."""

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from blog.accounts.codes import spaced
from blog.accounts.events import LetterWritten
from blog.accounts.models.codes import MailedCode
from blog.accounts.waiting import act_named
from blog.core.config import Settings


def code_letter(asked: MailedCode, code: str, link_token: str, settings: Settings) -> LetterWritten:
    """The mail with a code. It holds nothing that whoever asked for it has typed: it may go to a stranger."""
    with force_locale(asked.language):
        text = render_template(
            "accounts/email/code.txt",
            code=spaced(code),
            does=act_named(asked.act).in_words(asked.act_data or {}) if asked.act else "",
            link=f"{settings.site_url}/account/code/mailed/{link_token}",
            site_name=settings.site_name,
        )
        subject = _("Your code for %(site)s", site=settings.site_name)
    return LetterWritten(
        cause=f"code:{asked.id}:{asked.mails}",
        recipient=asked.email,
        language=asked.language,
        subject=subject,
        text=text,
        is_secret=True,
    )
