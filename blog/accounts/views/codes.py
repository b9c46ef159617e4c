"""Coming in with a code from a mailbox, and what has waited for it."""

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from blog.accounts.actions import codes
from blog.accounts.actions.codes import CodeCheck
from blog.accounts.actions.sessions import start_session
from blog.accounts.forms import CodeForm, ConfirmForm, NameForm, show_faults
from blog.accounts.models.codes import MailedCode
from blog.accounts.queries import code_by_ask, code_by_id, code_by_link
from blog.accounts.sessions import let_in, source_address
from blog.accounts.values import SignInMethod
from blog.accounts.views.blueprint import Page, blueprint, user_agent
from blog.accounts.waiting import act_named
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import DomainError, Forbidden, InvalidInput, NotFound
from blog.core.i18n import in_same_language
from blog.core.routing import current_actor, public
from blog.core.tokens import digest

# The tokens of what this browser asked for last. Held by a signed cookie, which pages for visitors never set.
_ASKED = "asked"
_ASKED_KEPT = 3
# The code that was used here, for whom has to say their name yet.
_REDEEMED = "redeemed"
_FAULTS = {
    CodeCheck.WRONG: lazy_gettext("This is not the code from the mail. Look again, or ask for a new one."),
    CodeCheck.EXPIRED: lazy_gettext("This code is older than half an hour. Ask for a new one."),
    CodeCheck.WORN_OUT: lazy_gettext(
        "That was wrong five times, so this code is no longer good. Ask for a new one."
    ),
}


def to_code_page(token: str) -> Response:
    """On to the page where the code is typed that was just asked for; this browser is remembered for its link."""
    cookie.permanent = True
    cookie[_ASKED] = [token, *cookie.get(_ASKED, [])][:_ASKED_KEPT]
    return redirect(url_for("accounts.code", token=token), 303)


@blueprint.route("/code/<token>", methods=["GET", "POST"])
@public
def code(token: str) -> Page:
    """Type the code from the mail."""
    return _code_page(_asked_for(code_by_ask(digest(token))), token)


@blueprint.route("/code/mailed/<token>", methods=["GET", "POST"])
@public
def code_mailed(token: str) -> Page:
    """The link in the mail. One button where the code was asked for; elsewhere it is typed here as well.

    Opening the page changes nothing, and pressing its button elsewhere neither: programs that look at mail for
    people open links and send forms.
    """
    asked = _asked_for(code_by_link(digest(token)))
    is_same_browser = asked.ask_digest in {digest(kept) for kept in cookie.get(_ASKED, [])}
    return _code_page(asked, token, by_link=is_same_browser)


@blueprint.post("/code/<token>/again")
@public
def code_again(token: str) -> Response:
    """Another code. Says the same whether or not a mail goes out."""
    asked = _asked_for(code_by_ask(digest(token)))
    with unit_of_work():
        codes.ask_again(asked, source_address())
    flash(_("A new code is on its way, unless this mailbox has had three mails this hour."), "good")
    return redirect(url_for("accounts.code", token=token), 303)


@blueprint.route("/introduce", methods=["GET", "POST"])
@public
def introduce() -> Page:
    """Somebody new says what they are called; their mailbox has been shown to be theirs."""
    asked = _redeemed_here()
    form = NameForm()
    if not form.validate_on_submit():
        return _name_page(form, asked)
    try:
        return _enter(asked, form.name.data or "")
    except InvalidInput as error:
        show_faults(form, error, default="name")
        return _name_page(form, asked)


def _code_page(asked: MailedCode, token: str, *, by_link: bool = False) -> Page:
    if asked.used_at is not None:
        return _used_page(asked)
    form = ConfirmForm() if by_link else CodeForm()
    if not form.validate_on_submit():
        return _page(asked, token, form)
    with unit_of_work():
        typed = form.code.data if isinstance(form, CodeForm) else None
        check = codes.try_code(asked, typed) if typed is not None else codes.use_link(asked)
    if check is CodeCheck.RIGHT:
        cookie[_REDEEMED] = asked.id
        return _enter(asked)
    if check is CodeCheck.USED:
        return _used_page(asked)
    if isinstance(form, CodeForm):
        form.code.errors = [_FAULTS[check]]
        return _page(asked, token, form)
    return _page(asked, token, form, refusal=str(_FAULTS[check]))


def _page(asked: MailedCode, token: str, form: CodeForm | ConfirmForm, *, refusal: str = "") -> Page:
    page = render_template(
        "accounts/code.html",
        asked=asked,
        token=token,
        form=form,
        asks_code=isinstance(form, CodeForm),
        refusal=refusal,
        may_ask_again=request.endpoint == "accounts.code",
        waiting=act_named(asked.act).shown(asked.act_data or {}) if asked.act else "",
    )
    return page, 422 if form.errors or refusal else 200


def _used_page(asked: MailedCode) -> Page:
    """A code works once. Whoever has come in by it may still go on with what had waited."""
    if asked.person_id is None and cookie.get(_REDEEMED) == asked.id:
        return redirect(url_for("accounts.introduce"), 303)
    is_mine = asked.person_id is not None and current_actor().person_id == asked.person_id
    if is_mine and request.method == "POST":
        return _go_on(asked)
    goes_on = is_mine and asked.act is not None and asked.act_done_at is None
    if is_mine and not goes_on:
        return redirect(in_same_language(asked.goal), 303)
    return render_template(
        "accounts/code_used.html", goal=asked.goal, goes_on=goes_on
    ), 200 if goes_on else 410


def _enter(asked: MailedCode, name: str | None = None) -> Page:
    """Sign in whoever owns the mailbox of a code that has been used here just now, and go on."""
    with unit_of_work():
        person = codes.person_of_mailbox(asked, name)
        is_staff = person is not None and person.actor.is_staff
        token = start_session(person, user_agent(), SignInMethod.CODE) if person and not is_staff else None
    if is_staff:
        return _refuse_staff(asked)
    if token is None:
        return redirect(url_for("accounts.introduce"), 303)
    let_in(token)
    return _go_on(asked)


def _refuse_staff(asked: MailedCode) -> Page:
    """Who holds the mailbox of somebody who works here does not hold the site. What had been typed is given back."""
    refusal = Forbidden(
        _(
            "Your account can do more than read and write here, so a mailed code is not enough. Use your password."
        )
    )
    if asked.act is None:
        raise refusal
    return act_named(asked.act).give_back(asked.act_data or {}, refusal)


def _go_on(asked: MailedCode) -> Page:
    """Do what has waited for the code, if anything has; it is done once."""
    goal = asked.goal
    if asked.act is None or asked.act_done_at is not None:
        return redirect(in_same_language(goal), 303)
    act = act_named(asked.act)
    data = asked.act_data or {}
    try:
        with unit_of_work():
            done = act.carry_out(current_actor(), data)
            codes.note_done(asked)
    except DomainError as error:
        session.rollback()
        return act.give_back(data, error)
    flash(done.words, "good")
    return redirect(in_same_language(done.address), 303)


def _asked_for(found: MailedCode | None) -> MailedCode:
    if found is None:
        raise NotFound(_("This page was good for a day, and that is over. Ask for a new code to sign in."))
    return found


def _redeemed_here() -> MailedCode:
    """The code that was used in this browser just now, by somebody who has no account yet."""
    asked = code_by_id(cookie.get(_REDEEMED, 0))
    is_fresh = (
        asked is not None and asked.used_at is not None and clock.now() < asked.used_at + codes.CODE_LIFE
    )
    if asked is None or not is_fresh or asked.person_id is not None:
        raise NotFound(_("Ask for a code first: then we know which mail address is yours."))
    return asked


def _name_page(form: NameForm, asked: MailedCode) -> Page:
    return render_template(
        "accounts/introduce.html", form=form, email=asked.email
    ), 422 if form.errors else 200
