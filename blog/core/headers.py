"""Security headers on every answer, errors and files included, and what caches may keep.

No page holds an inline script or style, so the strict policy needs no nonce and pages stay cacheable.
Source: W3C Content Security Policy Level 3; RFC 6797 (HSTS); RFC 9111 (caching).
"""

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from blog.core.config import Settings
from blog.core.routing import current_actor

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


class _PrivateCookies(SecureCookieSessionInterface):
    """Flask's session cookie, which no cache may keep: it is set after all headers were decided."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie if the session has changed, and then keep the answer out of every cache."""
        super().save_session(app, session, response)
        if session.modified:
            response.headers["Cache-Control"] = "private, no-store"


def init_app(app: Flask, settings: Settings) -> None:
    """Set the headers on every answer of `app`."""
    app.session_interface = _PrivateCookies()

    def set_headers(response: Response) -> Response:
        for name, value in _FIXED.items():
            response.headers.setdefault(name, value)
        if settings.is_https:
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = _cache_control()
        return response

    app.after_request(set_headers)


def _cache_control() -> str:
    """What one person sees, no shared cache may keep; what everybody sees must be asked for again."""
    if current_actor().is_authenticated or request.method == "POST":
        return "private, no-store"
    return "no-cache"
