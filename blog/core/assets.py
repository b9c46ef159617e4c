"""Style sheets, scripts and fonts, under addresses that change with their content: browsers keep them for ever."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

import rcssmin
from flask import Blueprint, Flask, Response, abort, request, send_from_directory, url_for
from markupsafe import Markup

from blog.core.config import ROOT
from blog.core.routing import public

STATIC = ROOT / "blog" / "static"
# Each names the files that it is made of, in css/<name>.txt. A page has the first one, and others as it needs them.
STYLE_SHEETS = ("common", "forms", "article", "lists", "work", "styleguide", "print")
# Goes along in a file that somebody takes home, and is served under no address.
SHEET_OF_DATA = "data"
# The faces that running text and titles are set in: file below fonts/, style, weights. `make` builds the files.
FACES = (
    ("read-regular", "normal", "400"),
    ("read-bold", "normal", "600 700"),
    ("read-italic", "italic", "400"),
)
_FOR_EVER = "public, max-age=31536000, immutable"
_TYPES = {".woff2": "font/woff2"}
# What is worth packing: text. Fonts and pictures are packed by themselves.
_TEXTS = {".js": "text/javascript", ".svg": "image/svg+xml"}

blueprint = Blueprint("assets", __name__)


def init_app(app: Flask) -> None:
    """Serve the assets and give templates their addresses."""
    app.register_blueprint(blueprint)
    app.add_template_global(stylesheet_url)
    app.add_template_global(static_url)
    app.add_template_global(font_urls)
    if app.debug:
        # While somebody works on a style sheet, every request reads it again.
        app.before_request(_forget)


def stylesheet_url(name: str) -> str:
    """The address of one of `STYLE_SHEETS`."""
    return url_for("assets.stylesheet", name=name, version=_version(stylesheet_source(name)))


def static_url(path: str) -> str:
    """The address of one file below `blog/static`, with the digest of its content."""
    return url_for("assets.versioned", version=_file_version(path), path=path)


def font_urls() -> list[str]:
    """The addresses of the upright faces: what nearly every page is set in, worth fetching before anything asks."""
    return [
        static_url(_font_path(name)) for name, style, _weight in FACES if style == "normal" and _is_made(name)
    ]


@blueprint.get("/assets/<any(common, forms, article, lists, work, styleguide, print):name>-<version>.css")
@public
def stylesheet(name: str, version: str) -> Response:
    """The files of one style sheet in one."""
    source = stylesheet_source(name)
    return _kept(Response(source, mimetype="text/css"), same=version == _version(source))


@blueprint.get("/assets/<version>/<path:path>")
@public
def versioned(version: str, path: str) -> Response:
    """One static file; scripts import each other by relative address, under the same version or not."""
    if not (STATIC / path).is_file():
        abort(404)
    type_of_text = _TEXTS.get(Path(path).suffix)
    same = version == _file_version(path)
    if type_of_text is None or not _is_inside(STATIC / path):
        return _kept(send_from_directory(STATIC, path, mimetype=_TYPES.get(Path(path).suffix)), same=same)
    return _kept(Response((STATIC / path).read_bytes(), mimetype=type_of_text), same=same)


def _kept(response: Response, *, same: bool) -> Response:
    """`response`, packed if the browser can unpack it, and kept for ever if its address is that of its content."""
    response.headers["Cache-Control"] = _FOR_EVER if same else "no-cache"
    if not response.is_sequence:
        return response
    response.vary.add("Accept-Encoding")
    digest = _version(response.get_data())
    if request.accept_encodings["gzip"]:
        response.set_data(_packed(response.get_data()))
        response.content_encoding = "gzip"
        digest += "-gzip"
    # A script that another one imports has that one's version in its address: browsers ask whether it has changed.
    response.set_etag(digest)
    response.make_conditional(request)
    return response


@lru_cache(maxsize=64)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


@lru_cache(maxsize=len(STYLE_SHEETS) + 1)
def stylesheet_source(name: str) -> str:
    """The files that `css/<name>.txt` lists, joined in its order, without comments and needless space."""
    sources = [(STATIC / "css" / file).read_text(encoding="utf-8") for file in stylesheet_files(name)]
    if name == "common":
        sources[:0] = [_face_rule(*face) for face in FACES if _is_made(face[0])]
    return rcssmin.cssmin("\n".join(sources))


def style_to_take_along() -> Markup:
    """The style sheet of a file that is read far from the site, as the element that goes into its head."""
    sheet = stylesheet_source(SHEET_OF_DATA)
    tokens = rcssmin.cssmin((STATIC / "css" / "tokens.css").read_text(encoding="utf-8"))
    return Markup("<style>{}</style>").format(Markup(tokens + sheet))  # noqa: S704 - a style sheet of ours


def stylesheet_files(name: str) -> list[str]:
    """The files of one of `STYLE_SHEETS`, or of `SHEET_OF_DATA`, as paths below css/."""
    lines = (STATIC / "css" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _face_rule(name: str, style: str, weight: str) -> str:
    """`optional`: whoever has not got the font in time reads in a face of the device, and nothing jumps.

    Source: CSS Fonts Module Level 4, `font-display`.
    """
    return (
        f'@font-face{{font-family:"Rejoinder Serif";font-style:{style};font-weight:{weight};font-display:optional;'
        f'src:url("{_file_version(_font_path(name))}/{_font_path(name)}") format("woff2")}}'
    )


def _font_path(name: str) -> str:
    return f"fonts/{name}.woff2"


def _is_made(name: str) -> bool:
    """Without its font file a page is set in a face of the device."""
    return (STATIC / _font_path(name)).is_file()


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
