"""Coming in by way of a provider (OpenID Connect), and linking an account there to one's own.

A press of a button begins it, and this browser keeps what it began in its signed cookie: who comes back elsewhere, too
late or once more is told to begin again. The provider is asked between units of work, never within one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.exceptions import MethodNotAllowed, ServiceUnavailable
from werkzeug.wrappers import Response

from blog.accounts.access import person_for, provider_link_for
from blog.accounts.actions import providers
from blog.accounts.actions.codes import WantedAct, ask_for_code
from blog.accounts.actions.once import use_once
from blog.accounts.actions.provider_answers import CountedAnswer, count_answer, forgive_answers, take_back
from blog.accounts.events import SignInRefused
from blog.accounts.forms import NameForm, show_faults
from blog.accounts.models.people import Person
from blog.accounts.openid.id_token import NotSignedInAnew
from blog.accounts.openid.provider import Arrival, Provider
from blog.accounts.openid.transport import AskedTooOften, NoPlace, ProviderDown, ProviderFailed
from blog.accounts.queries import link_at, links_of
from blog.accounts.sessions import let_in, refuse_signed_out, session_here, source_address
from blog.accounts.values import CAME_FROM_PROVIDER, FROM_PROVIDER, SignInMethod, path_here
from blog.accounts.views.blueprint import Page, blueprint
from blog.accounts.views.codes import to_code_page
from blog.accounts.views.entering import enter, forget_first_step, to_second_step
from blog.accounts.views.proof import recently_proved
from blog.core import clock
from blog.core.db import session, unit_of_work
from blog.core.errors import DomainError, InvalidInput, NotFound
from blog.core.events import publish
from blog.core.i18n import in_same_language, language, resume_language
from blog.core.routing import current_actor, members_only, public
from blog.core.tokens import new_token

# What was begun in this browser last, and who has come back and has to say their name yet. Held by the signed cookie:
# nothing of it is a secret (what is made of `state` needs the key of the site), and nobody can make one up.
_BEGUN = "provider_begun"
_BEGUN_KEPT = 3
_ARRIVED = "provider_arrived"
# A browser throws a cookie away that is too large.
_MAX_GOAL = 500
BEGUN_LIFE = timedelta(minutes=10)
# Answers with more than one of these are no answers (RFC 6749, 3.1).
_ANSWER = ("code", "state", "iss", "error")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """One way to the provider that began here. `person_id` is who wants to link; None for whoever comes in."""

    state: str
    goal: str
    language: str
    person_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class WayIn:
    """Somebody comes in by a link. `token` is that of their session; None when they have to show something else too."""

    person: Person
    link_id: int
    token: str | None


def provider_here() -> Provider | None:
    """The provider of this site, if it has one."""
    found: Provider | None = current_app.extensions["openid_provider"]
    return found


@blueprint.post("/provider")
@public
def provider_begin() -> Page:
    """To the provider, to come in."""
    _provider_or_404()
    goal = in_same_language(path_here(request.args.get("next")))
    forget_first_step()
    return _leave(Begun(new_token(), goal if len(goal) <= _MAX_GOAL else "/", language(), None, clock.now()))


@blueprint.get("/provider/back")
@public
def provider_back() -> Page:
    """Back from the provider. What it says counts once, in the browser where it began, for ten minutes.

    The one page that lets in whoever asks for it (GET): a provider sends browsers back so. See ADR 17 for why it may.
    """
    provider = _provider_or_404()
    _refuse_who_only_looks()
    answer = _answer()
    begun = _begun_with(answer.get("state", ""))
    if begun is None:
        return _begin_again()
    resume_language(begun.language)
    if answer.get("error") == "access_denied":
        _end(begun)
        words = _("You did not go on at %(provider)s, so nothing was done.", provider=provider.settings.name)
        return _back_to_begin(begun, words, "info")
    try:
        arrival = _who_came(provider, begun, answer)
    except ProviderFailed as failure:
        log.warning("nobody could come in by way of the provider", why=str(failure))
        return _back_to_begin(begun, _words_for(failure, provider.settings.name))
    except DomainError as error:
        return _back_to_begin(begun, str(error))
    if begun.person_id is not None:
        return _link(begun, arrival, provider)
    return _come_in(begun, arrival, provider)


@blueprint.route("/provider/name", methods=["GET", "POST"])
@public
def provider_name() -> Page:
    """Somebody new whose address the provider vouches for says what they are called."""
    begun, arrival = _arrived(_provider_or_404())
    form = NameForm()
    if not form.validate_on_submit():
        return _name_page(form, arrival)
    try:
        return _enter_by_address(begun, arrival, form.name.data or "")
    except InvalidInput as error:
        show_faults(form, error, default="name")
        return _name_page(form, arrival)
    except DomainError as error:
        session.rollback()
        return _back_to_begin(begun, str(error))


@blueprint.get("/linked")
@members_only
@recently_proved
def linked() -> Page:
    """What I am linked to elsewhere."""
    person = person_for(current_actor())
    provider = provider_here()
    links = links_of(person.id)
    if provider is None and not links:
        raise NotFound()
    issuer = provider.settings.issuer if provider else ""
    return render_template(
        "accounts/linked.html",
        links=links,
        provider_name=provider.settings.name if provider else "",
        issuer=issuer,
        may_link=provider is not None and all(each.issuer != issuer for each in links),
    )


@blueprint.post("/linked")
@members_only
@recently_proved
def linked_begin() -> Page:
    """To the provider, to link what I have there."""
    _provider_or_404()
    here = in_same_language(url_for("accounts.linked"))
    return _leave(Begun(new_token(), here, language(), current_actor().person_id, clock.now()))


@blueprint.post("/linked/<int:link_id>/unlink")
@members_only
@recently_proved
def unlink(link_id: int) -> Response:
    """Nobody comes in by it any more."""
    ended = provider_link_for(current_actor(), link_id)
    person = person_for(current_actor())
    with unit_of_work():
        providers.unlink(person, ended, keep_session=session_here())
    flash(_("The two are no longer linked. In other browsers you are signed out."), "good")
    return redirect(url_for("accounts.account"), 303)


def _provider_or_404() -> Provider:
    provider = provider_here()
    if provider is None:
        raise NotFound()
    return provider


def _leave(begun: Begun) -> Page:
    """The page that goes on to the provider by itself.

    Not a redirect: our policy lets forms go nowhere else, and browsers hold it against every address that a form is
    redirected to, those among them that only the provider knows.
    """
    provider = _provider_or_404()
    # Whoever signs in waits for it; the database does not.
    session.rollback()
    try:
        address = provider.address_to_go_to(
            begun.state,
            begun.language,
            # Who is signed in there may be somebody else, in this browser: linking is for whoever can sign in.
            asks_anew=begun.person_id is not None,
        )
    except ProviderFailed as failure:
        log.warning("the provider cannot be reached", why=str(failure))
        return _back_to_begin(begun, _words_for(failure, provider.settings.name))
    kept = {
        "state": begun.state,
        "goal": begun.goal,
        "language": begun.language,
        "person": begun.person_id,
        "at": begun.at.timestamp(),
    }
    cookie[_BEGUN] = [kept, *cookie.get(_BEGUN, [])][:_BEGUN_KEPT]
    return render_template(
        "accounts/provider_leave.html", address=address, provider_name=provider.settings.name
    )


def _refuse_who_only_looks() -> None:
    """Use nothing up for a program that wants the head alone, or fetches a page before anybody has asked for it."""
    if request.method == "HEAD":
        raise MethodNotAllowed(["GET"])
    if "prefetch" in request.headers.get("Sec-Purpose", ""):
        raise ServiceUnavailable()


def _answer() -> Mapping[str, str]:
    """What the provider has answered; nothing when it says something twice."""
    if any(len(request.args.getlist(name)) > 1 for name in _ANSWER):
        return {}
    return {name: request.args[name] for name in _ANSWER if name in request.args}


def _begun_with(state: str) -> Begun | None:
    """What was begun here with this state; None when nothing was, or more than ten minutes ago."""
    all_kept: list[dict[str, Any]] = cookie.get(_BEGUN, [])
    kept = next((each for each in all_kept if each["state"] == state), None)
    if kept is None:
        return None
    at = datetime.fromtimestamp(kept["at"], UTC)
    if clock.now() >= at + BEGUN_LIFE:
        return None
    return Begun(kept["state"], path_here(kept["goal"]), kept["language"], kept["person"], at)


def _end(begun: Begun) -> None:
    """What was begun is over, whatever became of it."""
    cookie[_BEGUN] = [each for each in cookie.get(_BEGUN, []) if each["state"] != begun.state]


def _who_came(provider: Provider, begun: Begun, answer: Mapping[str, str]) -> Arrival:
    """Who the provider says has come. Raises `ProviderFailed`, and `DomainError` when it was said before or too often.

    Counted before it is known, as a password is: however often somebody sends answers that they have made up, the
    provider is asked so often and no more. One that could not be asked is no fault of theirs; it rests then. While it
    does, and while there is no place to wait, nothing is written, and the answer stays good.
    """
    source = source_address()
    code = answer.get("code", "")
    # What a code is made of: RFC 6749, A.11.
    if "error" in answer or not code or not (code.isascii() and code.isprintable()):
        _end(begun)
        raise ProviderFailed("it answers without a code")
    # Who links something has shown here who they are; there, too, it has to be them.
    since = begun.at if begun.person_id is not None else None
    with provider.place():
        _end(begun)
        with unit_of_work():
            counted = count_answer(source)
            use_once(begun.state)
        try:
            arrival = provider.who_came(code, begun.state, issuer=answer.get("iss"), signed_in_since=since)
        except ProviderFailed as failure:
            with unit_of_work():
                _note_failure(failure, counted, source)
            raise
    with unit_of_work():
        forgive_answers(source)
    return arrival


def _note_failure(failure: ProviderFailed, counted: CountedAnswer, source: str) -> None:
    is_down = isinstance(failure, ProviderDown)
    # Who has not signed in there anew has brought a good code. Whoever makes it say that it is asked too often keeps it
    # from everybody else.
    if isinstance(failure, NotSignedInAnew) or (is_down and not isinstance(failure, AskedTooOften)):
        take_back(counted, source)
    if not is_down:
        publish(SignInRefused(None))


def _come_in(begun: Begun, arrival: Arrival, provider: Provider) -> Page:
    """In as who is linked to it; else as who has the address, when that is shown; else on to show it."""
    with unit_of_work():
        person = providers.known_person(arrival)
        way = _way_in(person, arrival) if person else None
    if way is not None:
        return _go_in(way, begun.goal)
    if arrival.is_verified and provider.settings.trusts_email and providers.usable_address(arrival):
        try:
            return _enter_by_address(begun, arrival)
        except DomainError as error:
            session.rollback()
            return _back_to_begin(begun, str(error))
    return _mail_code(begun, arrival, provider)


def _enter_by_address(begun: Begun, arrival: Arrival, name: str | None = None) -> Page:
    """In as whoever has the address that the provider vouches for, or as somebody new. Raises `DomainError`."""
    with unit_of_work():
        person = providers.person_of_address(arrival, language=begun.language, name=name)
        way = _way_in(person, arrival) if person else None
    if way is None:
        cookie[_ARRIVED] = {
            "subject": arrival.subject,
            "email": arrival.email,
            "goal": begun.goal,
            "language": begun.language,
            "at": clock.now().timestamp(),
        }
        return redirect(in_same_language(url_for("accounts.provider_name")), 303)
    return _go_in(way, begun.goal)


def _way_in(person: Person, arrival: Arrival) -> WayIn:
    """How somebody comes in who is linked to what they have at the provider, in the unit of work of the caller.

    Raises `NotFound` when they are linked no more: whoever unlinks it at this moment comes before or after.
    """
    token = enter(person, SignInMethod.PROVIDER)
    link = link_at(person.id, arrival.issuer)
    if link is None:
        raise NotFound()
    return WayIn(person, link.id, token)


def _go_in(way: WayIn, goal: str) -> Response:
    if way.token is None:
        return to_second_step(way.person, SignInMethod.PROVIDER, goal, link_id=way.link_id)
    let_in(way.token)
    return redirect(in_same_language(goal), 303)


def _mail_code(begun: Begun, arrival: Arrival, provider: Provider) -> Response:
    """Somebody new to us: their mailbox says who they are, as it does for everybody.

    The same whether there is an account with the address or not: anybody can have any address at some providers.
    """
    address = providers.usable_address(arrival)
    if address is None:
        return _back_to_begin(
            begun,
            _(
                "%(provider)s gave us no mail address. Sign in here with yours; on the page of your account you can "
                "link the two.",
                provider=provider.settings.name,
            ),
        )
    cookie[CAME_FROM_PROVIDER] = new_token()
    data: dict[str, Any] = {
        "browser": cookie[CAME_FROM_PROVIDER],
        "issuer": arrival.issuer,
        "subject": arrival.subject,
        "label": address,
        "goal": begun.goal,
        "at": clock.now().isoformat(),
    }
    try:
        with unit_of_work():
            token = ask_for_code(
                address,
                source=source_address(),
                language=begun.language,
                goal=begun.goal,
                name=providers.usable_name(arrival),
                act=WantedAct(FROM_PROVIDER, data),
            )
    except DomainError as error:
        session.rollback()
        return _back_to_begin(begun, str(error))
    return to_code_page(token)


def _link(begun: Begun, arrival: Arrival, provider: Provider) -> Response:
    """Link it to whoever began, who has shown who they are before they left."""
    if current_actor().person_id != begun.person_id:
        return _back_to_begin(begun, _("Somebody else is signed in here now. Nothing was changed."))
    person = person_for(current_actor())
    try:
        with unit_of_work():
            refuse_signed_out(person)
            providers.link(person, arrival)
    except DomainError as error:
        session.rollback()
        return _back_to_begin(begun, str(error))
    flash(
        _("Linked: from now on you can sign in with %(provider)s.", provider=provider.settings.name), "good"
    )
    return redirect(in_same_language(begun.goal), 303)


def _arrived(provider: Provider) -> tuple[Begun, Arrival]:
    """Who has come from the provider into this browser and has no name yet. Raises `NotFound`."""
    kept = cookie.get(_ARRIVED)
    over = NotFound(_("That took longer than ten minutes. Sign in once more."))
    if kept is None or not provider.settings.trusts_email:
        raise over
    at = datetime.fromtimestamp(kept["at"], UTC)
    if clock.now() >= at + BEGUN_LIFE:
        raise over
    begun = Begun("", path_here(kept["goal"]), kept["language"], None, at)
    return begun, Arrival(
        provider.settings.issuer, kept["subject"], kept["email"], is_verified=True, name=None
    )


def _name_page(form: NameForm, arrival: Arrival) -> Page:
    page = render_template("accounts/introduce.html", form=form, email=arrival.email or "")
    return page, 422 if form.errors else 200


def _begin_again() -> Response:
    """An answer to nothing that this browser has asked. Nothing is said of where it might belong to."""
    if current_actor().is_authenticated:
        flash(
            _("That was begun in another browser, or more than ten minutes ago. Nothing was changed."), "info"
        )
        return redirect(in_same_language(url_for("accounts.account")), 303)
    flash(
        _("This sign-in was begun in another browser, or more than ten minutes ago. Begin it once more."),
        "warning",
    )
    return redirect(in_same_language(url_for("accounts.sign_in")), 303)


def _back_to_begin(begun: Begun, words: str, kind: str = "error") -> Response:
    """To the page from which somebody left, without the code in its address, and why they are back."""
    flash(words, kind)
    if begun.person_id is not None and current_actor().person_id == begun.person_id:
        return redirect(in_same_language(url_for("accounts.account")), 303)
    goal = begun.goal if begun.person_id is None else None
    return redirect(in_same_language(url_for("accounts.sign_in", next=goal if goal != "/" else None)), 303)


def _words_for(failure: ProviderFailed, name: str) -> str:
    if isinstance(failure, NotSignedInAnew):
        return _not_anew(name)
    if isinstance(failure, NoPlace):
        return _(
            "Many people come from %(provider)s at this moment. Try again in a minute, or come in another way.",
            provider=name,
        )
    return _(
        "%(provider)s does not answer as it should. Try again in a minute, or come in another way.",
        provider=name,
    )


def _not_anew(name: str) -> str:
    return _(
        "%(provider)s does not say that you signed in there just now, so nothing was linked: it might be somebody "
        "else’s account. Sign out at %(provider)s and try again. If that does not help, tell whoever runs this site.",
        provider=name,
    )
