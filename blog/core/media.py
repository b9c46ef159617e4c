"""Files of the site as readers get them: /media/…, each under a name that changes with its content."""

from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request, url_for

from blog.core.config import Settings
from blog.core.pictures import is_square_picture, picture_name, whole_picture_name
from blog.core.routing import public
from blog.core.storage import current_storage
from blog.core.storage import init_app as init_storage

_FOR_EVER = "public, max-age=31536000, immutable"
# Whoever is erased is gone from every cache a day later, shared or not, and none shows their picture without asking us
# (RFC 9111, 5.2.2.2). Until then nobody asks again: the name changes with the picture (RFC 8246).
_A_DAY = "public, max-age=86400, must-revalidate, immutable"
# What we make ourselves is all that is ever served.
_TYPES = {".webp": "image/webp"}

blueprint = Blueprint("media", __name__, url_prefix="/media")


def init_app(app: Flask, settings: Settings) -> None:
    """Keep and serve the files of `app`."""
    init_storage(app, settings)
    app.register_blueprint(blueprint)
    app.add_template_global(picture_url)
    app.add_template_global(whole_picture_url)


def picture_url(digest: str | None, size: int = 96) -> str:
    """The address of a picture in one of its sizes; an empty string for none."""
    return url_for("media.file", name=picture_name(digest, size)) if digest else ""


def whole_picture_url(digest: str | None, size: int = 640) -> str:
    """The address of an uncut picture in one of its sizes; an empty string for none."""
    return url_for("media.file", name=whole_picture_name(digest, size)) if digest else ""


@blueprint.get("/<name>")
@public
def file(name: str) -> Response:
    """One file; caches may keep it, that of somebody's face for a day."""
    media_type = _TYPES.get(Path(name).suffix)
    try:
        content = current_storage().get(name) if media_type else None
    except ValueError:
        content = None
    if content is None:
        abort(404)
    response = Response(content, mimetype=media_type)
    response.headers["Cache-Control"] = _A_DAY if is_square_picture(name) else _FOR_EVER
    response.set_etag(Path(name).stem)
    response.make_conditional(request)
    return response
