"""Coming in with a code from a mailbox, and what has waited for it."""

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.accounts.actions import codes
from blog.accounts.actions.codes import CodeCheck
from blog.accounts.forms import CodeForm, ConfirmForm, NameForm, show_faults
from blog.accounts.models.codes import MailedCode
from blog.accounts.queries import code_by_ask, code_by_link, lets_mail_in, needs_second_step, person_by_email
from blog.accounts.sessions import guessing_source, guessing_source_here, let_in
from blog.accounts.values import NEW_ADDRESS, SignInMethod
from blog.accounts.views.blueprint import Page, blueprint
from blog.accounts.views.entering import enter, go_on, to_second_step, writing_limits_down
from blog.accounts.waiting import act_named
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from blog.core.i18n import in_same_language
from blog.core.routing import current_actor, public
from blog.core.tokens import digest

# The tokens of what this browser asked for last. Held by a signed cookie, which pages for visitors never set.
_ASKED = "asked"
_ASKED_KEPT = 3
# The code that was used here, for whom has to say their name yet.
_REDEEMED = "redeemed"
FAULTS = {
    CodeCheck.WRONG: lazy_gettext("This is not the code from the mail. Look again, or ask for a new one."),
    CodeCheck.EXPIRED: lazy_gettext("This code is no longer good. Ask for a new one."),
    CodeCheck.WORN_OUT: lazy_gettext(
        "That was wrong five times, so this code is no longer good. Ask for a new one."
    ),
    CodeCheck.GUESSED: lazy_gettext(
        "Too many wrong codes were typed for this address today, so here no code works any more. The link still does, "
        "in a mail that you ask for in this browser. So does a code in another browser where you have signed in before."
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
    return _code_page(_asked_for(code_by_ask(digest(token))), ask_token=token)


@blueprint.route("/code/mailed/<token>", methods=["GET", "POST"])
@public
def code_mailed(token: str) -> Page:
    """The link in the mail. One button where the code was asked for; elsewhere it is typed here as well.

    Opening the page changes nothing, and pressing its button elsewhere neither: programs that look at mail for
    people open links and send forms.
    """
    found = code_by_link(digest(token))
    if found is None:
        raise NotFound(
            _("This link is no longer good. Use the one in the newest mail, or ask for a new code.")
        )
    asked = _asked_for(found)
    asked_here = (kept for kept in cookie.get(_ASKED, []) if digest(kept) == asked.ask_digest)
    ask_token = next(asked_here, "")
    return _code_page(asked, ask_token=ask_token, by_link=bool(ask_token))


@blueprint.post("/code/<token>/again")
@public
def code_again(token: str) -> Response:
    """Another code. Says the same whether or not a mail goes out."""
    asked = _asked_for(code_by_ask(digest(token)))
    with unit_of_work():
        codes.ask_again(asked, _source(asked))
    flash(_("A new code is on its way, unless this mailbox has had three mails this hour."), "good")
    return redirect(url_for("accounts.code", token=token), 303)


@blueprint.get("/code/<token>/begin")
@public
def code_begin_again(token: str) -> Page:
    """Back to where it was asked who somebody is, with what they had typed: the address was wrong, say.

    Nothing is used up by it, and nothing changed: the code that is on its way stays good.
    """
    asked = _asked_for(code_by_ask(digest(token)))
    if asked.used_at is not None:
        return _used_page(asked)
    if asked.act is None:
        goal = asked.goal if asked.goal != "/" else None
        return redirect(in_same_language(url_for("accounts.sign_in", next=goal)), 303)
    return act_named(asked.act).begin_again(asked.act_data or {}, asked.name or "", asked.email)


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
    except Conflict as error:
        if asked.act is None:
            raise
        session.rollback()
        return act_named(asked.act).give_back(asked.act_data or {}, error)


def _code_page(asked: MailedCode, *, ask_token: str, by_link: bool = False) -> Page:
    """The page of a code. `ask_token` is empty in a browser that did not ask for it."""
    if asked.used_at is not None:
        return _used_page(asked)
    form = ConfirmForm() if by_link else CodeForm()
    if not form.validate_on_submit():
        return _page(asked, form, ask_token)
    typed = form.code.data if isinstance(form, CodeForm) else None
    with writing_limits_down(asked.email), unit_of_work():
        check = codes.try_code(asked, typed, _source(asked)) if typed is not None else codes.use_link(asked)
    if check is CodeCheck.RIGHT:
        cookie[_REDEEMED] = asked.ask_digest
        return _enter(asked)
    if check is CodeCheck.USED:
        return _used_page(asked)
    if isinstance(form, CodeForm):
        form.code.errors = [FAULTS[check]]
        return _page(asked, form, ask_token)
    return _page(asked, form, ask_token, refusal=str(FAULTS[check]))


def _page(asked: MailedCode, form: CodeForm | ConfirmForm, ask_token: str, *, refusal: str = "") -> Page:
    page = render_template(
        "accounts/code.html",
        asked=asked,
        ask_token=ask_token,
        form=form,
        asks_code=isinstance(form, CodeForm),
        refusal=refusal,
        # Only whoever reads the mail of an address learns what its account is called.
        name="" if ask_token else _name_of(asked),
        waiting=act_named(asked.act).shown(asked.act_data or {}) if asked.act else "",
        on_button=_on_button(asked),
        is_confirming=_is_confirming(asked),
    )
    return page, 422 if form.errors or refusal else 200


def _on_button(asked: MailedCode) -> str:
    """What the button says that does what a code is for."""
    if asked.act:
        return act_named(asked.act).on_button()
    return _("It is me") if _is_confirming(asked) else _("Sign in")


def _is_confirming(asked: MailedCode) -> bool:
    """Whether its owner is signed in here already, and only shows once more who they are."""
    actor = current_actor()
    if asked.act is not None or not actor.is_authenticated:
        return False
    return person_for(actor).email_key == asked.email_key


def _source(asked: MailedCode) -> str:
    """What codes that are asked for or typed here are counted by: where somebody is asked once more, their session."""
    return guessing_source_here() if _is_confirming(asked) else guessing_source(asked.email)


def _name_of(asked: MailedCode) -> str:
    """Under which name somebody comes in by this code; empty when they have to say it yet."""
    person = person_by_email(asked.email)
    return person.name if person else asked.name or ""


def _used_page(asked: MailedCode) -> Page:
    """A code works once. Whoever has come in by it may still go on with what had waited."""
    if asked.person_id is None and cookie.get(_REDEEMED) == asked.ask_digest:
        return redirect(url_for("accounts.introduce"), 303)
    is_mine = asked.person_id is not None and current_actor().person_id == asked.person_id
    if is_mine and request.method == "POST":
        return go_on(asked.goal, asked)
    waits = asked.act if is_mine and asked.act_done_at is None else None
    if is_mine and waits is None:
        return redirect(in_same_language(asked.goal), 303)
    on_button = act_named(waits).on_button() if waits else ""
    page = render_template("accounts/code_used.html", goal=asked.goal, on_button=on_button)
    return page, 200 if waits else 410


def _enter(asked: MailedCode, name: str | None = None) -> Page:
    """Sign in whoever owns the mailbox of a code that has been used here just now, and go on."""
    with unit_of_work():
        person = codes.person_of_mailbox(asked, name)
        is_refused = person is not None and not lets_mail_in(person) and not needs_second_step(person)
        token = enter(person, SignInMethod.CODE) if person and not is_refused else None
    if person is None:
        return redirect(url_for("accounts.introduce"), 303)
    if is_refused:
        return _refuse_staff(asked)
    if token is None:
        return to_second_step(person, SignInMethod.CODE, asked.goal, asked)
    let_in(token)
    return go_on(asked.goal, asked)


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


def _asked_for(found: MailedCode | None) -> MailedCode:
    if found is None or found.act == NEW_ADDRESS or codes.is_over(found):
        raise NotFound(_("This page was good for a day, and that is over. Ask for a new code to sign in."))
    return found


def _redeemed_here() -> MailedCode:
    """The code that was used in this browser just now, by somebody who has no account yet."""
    asked = code_by_ask(cookie.get(_REDEEMED, ""))
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
