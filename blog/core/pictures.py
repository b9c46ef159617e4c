"""Pictures that people send: looked at before they are read, and drawn anew, so that nothing of the file is kept.

What a file is, its content says: never its name, nor what the browser calls it. What we show is a WebP that we have
made from its pixels, without place, camera, colour profile, further frames or whatever else was in there.
Source: OWASP File Upload Cheat Sheet; OWASP ASVS 5.0, 5.2.2 and 5.2.6.
"""

import hashlib
import re
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO

import structlog
from flask_babel import lazy_gettext as _
from PIL import Image, ImageOps

from blog.core.errors import InvalidInput, TooMany

MAX_BYTES = 5_000_000
MAX_PIXELS = 40_000_000
SIZES = (96, 192, 384)
# What `picture_name` makes: half a SHA-256 in hexadecimal digits, and a size.
_NAME = re.compile(rf"[0-9a-f]{{32}}-({'|'.join(map(str, SIZES))})\.webp")
# Of a picture that is shown as a whole: its longer side.
WHOLE_SIZES = (320, 640)
_WHOLE_DIGEST = re.compile(r"[0-9a-f]{32}")
KINDS = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif")
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_QUALITY = 82
# A picture of the most pixels takes about 200 MB while it is read: one at a time in each process.
ONE_AT_A_TIME = threading.Lock()
# Whoever waits holds one of the few threads that all readers share.
PATIENCE_SECONDS = 10.0
log = structlog.get_logger(__name__)

# Behind our own look at the header: Pillow only warns of what is up to twice as large.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class SquarePicture:
    """A picture as we keep it: `digest` of its content, and a WebP for each of `SIZES`."""

    digest: str
    files: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class WholePicture:
    """A picture that is not cut, as we keep it: `digest` of its content, and a WebP for each of `WHOLE_SIZES`."""

    digest: str
    files: Mapping[int, bytes]


def whole_picture_name(digest: str, size: int) -> str:
    """The name of the file that holds an uncut picture in one of its sizes."""
    return f"{digest}-whole-{size}.webp"


def is_whole_digest(text: str) -> bool:
    """Whether a text can be the digest of such a picture; not whether there is one."""
    return _WHOLE_DIGEST.fullmatch(text) is not None


def picture_name(digest: str, size: int) -> str:
    """The name of the file that holds a picture in one of its sizes."""
    return f"{digest}-{size}.webp"


def is_square_picture(name: str) -> bool:
    """Whether a file has the name of such a picture, which shows somebody; not whether there is one."""
    return _NAME.fullmatch(name) is not None


def square_picture(content: bytes) -> SquarePicture:
    """The middle of a picture (JPEG, PNG, WebP, AVIF, or the first frame of a GIF) in the sizes that pages show.

    Takes seconds, so call it outside of any unit of work. Raises `InvalidInput` (`picture`): larger than `MAX_BYTES` or
    `MAX_PIXELS`, or nothing that can be read; and `TooMany` when others have been at it for too long.
    """
    largest = (SIZES[-1], SIZES[-1])
    drawn = _read(content, SIZES[-1], lambda image: ImageOps.fit(image, largest, Image.Resampling.LANCZOS))
    files = {size: _webp(ImageOps.fit(drawn, (size, size), Image.Resampling.LANCZOS)) for size in SIZES}
    return SquarePicture(_digest_of(files[SIZES[-1]]), files)


def whole_picture(content: bytes) -> WholePicture:
    """A picture as `square_picture` takes it, but whole: no side is longer than the size says, and none is stretched.

    Raises what that raises, under the same conditions.
    """
    drawn = _read(content, WHOLE_SIZES[-1], lambda image: _within(image, WHOLE_SIZES[-1]))
    files = {size: _webp(_within(drawn, size)) for size in WHOLE_SIZES}
    return WholePicture(_digest_of(files[WHOLE_SIZES[-1]]), files)


def _within(image: Image.Image, size: int) -> Image.Image:
    if max(image.size) <= size:
        return image
    return ImageOps.contain(image, (size, size), Image.Resampling.LANCZOS)


def _digest_of(file: bytes) -> str:
    return hashlib.sha256(file).hexdigest()[:32]


def _read(content: bytes, size: int, shape: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """The pixels of a picture in the largest size that is kept, in its `shape`; one picture at a time."""
    if len(content) > MAX_BYTES:
        raise _refusal(_("At most 5 MB fits. Choose a smaller picture."))
    if not ONE_AT_A_TIME.acquire(timeout=PATIENCE_SECONDS):
        raise TooMany(_("Too many pictures are being read. Try again in a moment."))
    try:
        return _drawn(content, size, shape)
    finally:
        ONE_AT_A_TIME.release()


def _drawn(content: bytes, size: int, shape: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """The pixels of a picture, upright, in its `shape`."""
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as opened:
            # Only the header has been read so far.
            _refuse_bomb(opened)
            # A JPEG can be read at a half, a quarter or an eighth, which is as good, and much less work.
            opened.draft(None, (size * 2, size * 2))
            opened.load()
            has_holes = "A" in opened.getbands() or "transparency" in opened.info
            upright = ImageOps.exif_transpose(opened).convert("RGBA" if has_holes else "RGB")
        return shape(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refusal(_("This picture has more than 40 million pixels. Choose a smaller one.")) from error
    except Exception as error:
        # Broken files make the readers of pictures raise nearly anything: ValueError, SyntaxError, struct.error …
        log.info("a picture could not be read", reason=type(error).__name__)
        raise _refusal(
            _("This is no picture that we can read. Choose a JPEG, PNG, WebP, GIF or AVIF.")
        ) from error


def _refuse_bomb(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > MAX_PIXELS:
        raise Image.DecompressionBombError


def _webp(drawn: Image.Image) -> bytes:
    # A new picture: whatever the file had said besides its pixels clings to the one that was read.
    clean = Image.new(drawn.mode, drawn.size)
    clean.paste(drawn)
    written = BytesIO()
    clean.save(written, "WEBP", quality=_QUALITY, method=4)
    return written.getvalue()


def _refusal(message: str) -> InvalidInput:
    return InvalidInput(message, {"picture": message})
