"""Files that people send as their picture: fine ones, broken ones, and traps."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

# Of the camera, and where it stood (EXIF 2.3, tags 0x010f and 0x8825).
_MAKE, _ORIENTATION, _GPS = 0x010F, 0x0112, 0x8825
CAMERA = "Spy Camera 3000"


def jpeg(size: tuple[int, int] = (600, 400), *, orientation: int = 1, colour: str = "teal") -> bytes:
    """A photograph with its place and its camera in it: the left half in `colour`, the right half white."""
    image = Image.new("RGB", size, "white")
    image.paste(Image.new("RGB", (size[0] // 2, size[1]), colour))
    exif = Image.Exif()
    exif[_MAKE] = CAMERA
    exif[_ORIENTATION] = orientation
    exif.get_ifd(_GPS).update({1: "N", 2: (52.0, 22.0, 12.0), 3: "E", 4: (4.0, 53.0, 42.0)})
    return _written(image, "JPEG", exif=exif, icc_profile=b"a colour profile", comment=b"a comment")


def picture_of_kind(kind: str) -> bytes:
    """A small picture in one of the formats of Pillow."""
    return _written(Image.new("RGB", (120, 100), "teal"), kind)


def png_of_claimed_size(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes whose header claims to be huge. Source: PNG specification, 11.2.2 (IHDR)."""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", zlib.compress(bytes(1000))) + _chunk(b"IEND", b"")


def long_gif(frames: int) -> bytes:
    """An animation; its first frame is teal, all others are red."""
    first, other = Image.new("P", (100, 100), 1), Image.new("P", (100, 100), 2)
    for image in (first, other):
        image.putpalette([0, 0, 0, 0, 128, 128, 255, 0, 0])
    others = [other.copy() for _frame in range(frames - 1)]
    for number, image in enumerate(others):
        # Two equal frames would be written as one.
        image.putpixel((number % 100, number // 100 % 100), 0)
    return _written(first, "GIF", save_all=True, append_images=others)


def picture_field(content: bytes, name: str = "me.jpg", media_type: str = "image/jpeg") -> dict[str, Any]:
    """What a form sends for a chosen file."""
    return {"picture": (BytesIO(content), name, media_type)}


def picture_form(content: bytes, name: str = "me.jpg", media_type: str = "image/jpeg") -> dict[str, Any]:
    """The same as a whole form, for files of any size: a body of bytes leaves no temporary file open."""
    head = f'Content-Disposition: form-data; name="picture"; filename="{name}"\r\nContent-Type: {media_type}'
    body = b"\r\n".join([b"--end-of-part", head.encode(), b"", content, b"--end-of-part--", b""])
    return {"data": body, "content_type": "multipart/form-data; boundary=end-of-part"}


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _written(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
