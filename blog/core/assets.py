"""Style sheets and scripts under addresses that change with their content, so that browsers keep them for ever."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, send_from_directory, url_for

from blog.core.config import ROOT
from blog.core.routing import public

STATIC = ROOT / "blog" / "static"
_FOR_EVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


def init_app(app: Flask) -> None:
    """Serve the assets and give templates their addresses."""
    app.register_blueprint(blueprint)
    app.add_template_global(stylesheet_url)
    app.add_template_global(static_url)
    if app.debug:
        # While somebody works on a style sheet, every request reads it again.
        app.before_request(_forget)


def stylesheet_url() -> str:
    """The address of all style sheets in one file, in the order of `css/order.txt`."""
    return url_for("assets.stylesheet", version=_version(stylesheet_source()))


def static_url(path: str) -> str:
    """The address of one file below `blog/static`, with the digest of its content."""
    return url_for("assets.versioned", version=_file_version(path), path=path)


@blueprint.get("/assets/site-<version>.css")
@public
def stylesheet(version: str) -> Response:
    """All style sheets in one file."""
    response = Response(stylesheet_source(), mimetype="text/css")
    if version == _version(stylesheet_source()):
        response.headers["Cache-Control"] = _FOR_EVER
    return response


@blueprint.get("/assets/<version>/<path:path>")
@public
def versioned(version: str, path: str) -> Response:
    """One static file; scripts import each other by relative address, under the same version or not."""
    if not (STATIC / path).is_file():
        abort(404)
    response = send_from_directory(STATIC, path)
    same = version == _file_version(path)
    response.headers["Cache-Control"] = _FOR_EVER if same else "no-cache"
    return response


@lru_cache(maxsize=1)
def stylesheet_source() -> str:
    """The style sheets, joined in the order of `css/order.txt`."""
    order = (STATIC / "css" / "order.txt").read_text(encoding="utf-8").splitlines()
    names = [line.strip() for line in order if line.strip() and not line.startswith("#")]
    return "\n".join((STATIC / "css" / name).read_text(encoding="utf-8") for name in names)


@lru_cache(maxsize=256)
def _file_version(path: str) -> str:
    file = STATIC / path
    return _version(file.read_bytes()) if _is_inside(file) and file.is_file() else "missing"


def _is_inside(file: Path) -> bool:
    return file.resolve().is_relative_to(STATIC.resolve())


def _version(content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:16]


def _forget() -> None:
    stylesheet_source.cache_clear()
    _file_version.cache_clear()
