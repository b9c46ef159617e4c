"""What waits for a code when somebody new came from a provider: that they can come in by way of it from then on."""

import hmac
from datetime import datetime
from typing import cast

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from blog.accounts.access import person_for
from blog.accounts.actions import providers
from blog.accounts.openid.provider import Arrival
from blog.accounts.values import CAME_FROM_PROVIDER, FROM_PROVIDER, path_here
from blog.accounts.waiting import Data, Done
from blog.core.actor import Actor
from blog.core.config import current_application, current_settings
from blog.core.errors import DomainError
from blog.core.i18n import in_same_language


class LinkOfNewcomer:
    """An account at a provider, of somebody whose mailbox has to be shown to be theirs."""

    name = FROM_PROVIDER

    def in_words(self, data: Data) -> str:  # noqa: ARG002 - as for every act that waits
        """From where somebody came. What they are called there, anybody may have typed: it stays out of the mail."""
        return _("It was asked for by whoever came to us from %(provider)s.", provider=_provider_name())

    def on_button(self) -> str:
        """What the button says that lets them in."""
        return _("Sign in")

    def shown(self, data: Data) -> Markup:  # noqa: ARG002 - as for every act that waits
        """Nothing that anybody reads."""
        return Markup("")

    def carry_out(self, actor: Actor, data: Data) -> Done:
        """Link it, if the code has made the account. Raises `Conflict` and `RuleBroken`."""
        arrival = Arrival(data["issuer"], data["subject"], data["label"], is_verified=False, name=None)
        asked_at = datetime.fromisoformat(data["at"])
        if _came_here(data) and providers.link_if_new(person_for(actor), arrival, asked_at=asked_at):
            words = _("Welcome. From now on %(provider)s lets you in.", provider=_provider_name())
        else:
            words = _(
                "You are signed in. You had an account already: on its page you can link %(provider)s, and then no "
                "code is needed.",
                provider=_provider_name(),
            )
        return Done(path_here(data["goal"]), words)

    def begin_again(self, data: Data, name: str, email: str) -> Response:  # noqa: ARG002 - as for every act that waits
        """Back to where one signs in: the address is the one that the provider knows."""
        return _to_sign_in(data)

    def give_back(self, data: Data, error: DomainError) -> Response:
        """Back to where one signs in, with the reason."""
        flash(str(error), "error")
        return _to_sign_in(data)


def _to_sign_in(data: Data) -> Response:
    goal = path_here(data["goal"])
    return redirect(in_same_language(url_for("accounts.sign_in", next=goal if goal != "/" else None)), 303)


def _came_here(data: Data) -> bool:
    """Whether it is this browser that came from the provider: somebody else may type the code in another one.

    Asked of the cookie that the browser has sent: the one that it gets is a new one, since somebody has come in.
    """
    sent = current_app.session_interface.open_session(current_application(), request)
    kept = str(cast("dict[str, object]", sent or {}).get(CAME_FROM_PROVIDER, ""))
    return hmac.compare_digest(kept.encode(), str(data.get("browser", "-")).encode())


def _provider_name() -> str:
    provider = current_settings().provider
    return provider.name if provider else ""
