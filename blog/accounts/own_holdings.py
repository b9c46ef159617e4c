"""What accounts, and the work that waits in core, hold of a person."""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _

from blog.accounts.holdings import Holding, NotPersonal
from blog.accounts.models.codes import CodeMail, MailedCode
from blog.accounts.models.people import Person, PersonRole
from blog.accounts.models.sign_in import BrowserSession, SetupLink, SignInFailure
from blog.core.jobs.models import Work

HOLDINGS = (
    Holding(Person, _("Your account"), lambda person: Person.id == person.id, frozenset({"password_hash"})),
    Holding(PersonRole, _("Your roles"), lambda person: PersonRole.person_id == person.id),
    Holding(
        BrowserSession,
        _("Browsers in which you are signed in"),
        lambda person: BrowserSession.person_id == person.id,
        frozenset({"token_digest"}),
    ),
    Holding(
        MailedCode,
        _("Codes that were mailed to you, and what waited for them"),
        lambda person: sa.or_(MailedCode.email_key == person.email_key, MailedCode.person_id == person.id),
        frozenset({"ask_digest", "link_digest", "code_mac"}),
    ),
    Holding(
        CodeMail,
        _("When codes were mailed to you, and which network asked for them"),
        lambda person: CodeMail.email_key == person.email_key,
    ),
    Holding(
        SignInFailure,
        _("Sign-ins with your address that went wrong, and from which network"),
        lambda person: SignInFailure.email_key == person.email_key,
    ),
    NotPersonal(SetupLink, "the link of the first admin, who is nobody yet"),
    NotPersonal(Work, "numbers of rows that something has still to be done for"),
)
