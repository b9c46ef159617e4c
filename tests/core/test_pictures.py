"""Pictures that people send: what is kept of them, and which are refused before they cost anything."""

import gzip
import time
from io import BytesIO
from typing import cast

import pytest
from PIL import Image

from blog.core import pictures
from blog.core.errors import InvalidInput, TooMany
from blog.core.pictures import SIZES, square_picture
from tests.support.picture_files import CAMERA, jpeg, long_gif, picture_of_kind, png_of_claimed_size

TEAL, RED = (0, 128, 128), (255, 0, 0)
UNREADABLE = "This is no picture that we can read."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def shown(content: bytes, size: int = 384) -> Image.Image:
    return Image.open(BytesIO(square_picture(content).files[size]))


def is_near(colour: object, wanted: tuple[int, int, int]) -> bool:
    bands = cast("tuple[int, ...]", colour)
    return all(abs(one - other) < 25 for one, other in zip(bands, wanted, strict=True))


def test_a_picture_becomes_three_squares_of_its_middle() -> None:
    made = square_picture(jpeg((800, 400)))
    assert sorted(made.files) == list(SIZES) == [96, 192, 384]
    for size, content in made.files.items():
        image = Image.open(BytesIO(content))
        assert (image.format, image.size, image.mode) == ("WEBP", (size, size), "RGB")
        # Half teal and half white, as the middle of the photograph is.
        assert is_near(image.getpixel((size // 8, size // 2)), TEAL)
        assert is_near(image.getpixel((size - size // 8, size // 2)), (255, 255, 255))


def test_nothing_that_the_file_tells_besides_its_pixels_is_kept() -> None:
    sent = jpeg()
    assert CAMERA.encode() in sent
    assert Image.open(BytesIO(sent)).getexif().get_ifd(0x8825) != {}
    for content in square_picture(sent).files.values():
        image = Image.open(BytesIO(content))
        assert dict(image.getexif()) == {}
        assert not {"exif", "icc_profile", "xmp", "comment"} & image.info.keys()
        for chunk in (CAMERA.encode(), b"EXIF", b"ICCP", b"XMP ", b"a colour profile", b"a comment"):
            assert chunk not in content


@pytest.mark.parametrize(
    ("orientation", "teal_at"), [(1, (48, 192)), (3, (336, 192)), (6, (192, 48)), (8, (192, 336))]
)
def test_a_picture_stands_upright(orientation: int, teal_at: tuple[int, int]) -> None:
    image = shown(jpeg((600, 600), orientation=orientation))
    assert is_near(image.getpixel(teal_at), TEAL)
    opposite = (383 - teal_at[0], 383 - teal_at[1])
    assert is_near(image.getpixel(opposite), (255, 255, 255))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_the_usual_kinds_can_be_read(kind: str) -> None:
    assert is_near(shown(picture_of_kind(kind)).convert("RGB").getpixel((192, 192)), TEAL)


def test_holes_stay_holes() -> None:
    file = BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(file, "PNG")
    image = shown(file.getvalue())
    assert image.mode == "RGBA"
    assert image.getpixel((192, 192)) == (0, 0, 0, 0)


def test_of_an_animation_the_first_frame_is_shown_whatever_its_length() -> None:
    content = long_gif(1000)
    assert getattr(Image.open(BytesIO(content)), "n_frames") == 1000  # noqa: B009 - only animations have it
    began = time.process_time()
    image = shown(content)
    # A thousand frames would take far longer than this; one takes a hundredth of it.
    assert time.process_time() - began < 2
    assert getattr(image, "n_frames", 1) == 1
    assert is_near(image.convert("RGB").getpixel((192, 192)), TEAL)
    assert not is_near(image.convert("RGB").getpixel((192, 192)), RED)


def test_the_same_picture_has_the_same_digest_and_another_one_another() -> None:
    assert square_picture(jpeg()).digest == square_picture(jpeg()).digest
    assert square_picture(jpeg()).digest != square_picture(jpeg(colour="red")).digest
    assert len(square_picture(jpeg()).digest) == 32


@pytest.mark.parametrize("size", [(30_000, 30_000), (6325, 6325), (40_000_001, 1), (2**31 - 1, 2**31 - 1)])
def test_a_header_that_claims_too_many_pixels_is_refused_before_they_are_read(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_pixels(_image: Image.Image) -> None:
        pytest.fail("pixels were read")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", read_pixels)
    with pytest.raises(InvalidInput) as refusal:
        square_picture(png_of_claimed_size(*size))
    assert list(refusal.value.fields) == ["picture"]
    assert str(refusal.value).startswith("This picture has more than 40 million pixels.")


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 1000,
        b"<!doctype html><script>alert(1)</script>",
        SVG,
        gzip.compress(SVG, mtime=0),
        b"\xff\xd8\xff\xe0" + SVG,
        b"GIF89a" + SVG,
        b"BM" + b"\0" * 100,
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        _cut(jpeg()),
        _cut(picture_of_kind("PNG")),
        _cut(picture_of_kind("WEBP")),
        picture_of_kind("TIFF"),
        picture_of_kind("BMP"),
        picture_of_kind("PPM"),
        picture_of_kind("ICO"),
    ],
)
def test_what_is_no_picture_of_these_kinds_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        square_picture(content)
    assert list(refusal.value.fields) == ["picture"]
    assert str(refusal.value).startswith(UNREADABLE)


def test_more_than_five_megabytes_is_refused_unread() -> None:
    with pytest.raises(InvalidInput, match="At most 5 MB fits"):
        square_picture(jpeg() + b"\0" * 5_000_000)


def test_nobody_waits_for_ever_while_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PATIENCE_SECONDS", 0.01)
    with pictures.ONE_AT_A_TIME, pytest.raises(TooMany):
        square_picture(jpeg())
    assert square_picture(jpeg()).digest


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    for content in square_picture(jpeg() + SVG).files.values():
        assert b"<svg" not in content
        assert b"<script" not in content
