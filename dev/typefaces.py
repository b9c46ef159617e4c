"""Make the fonts that pages are read in: `blog/static/fonts/*.woff2`. Usage: python -m dev.typefaces

The outlines come as a package from its registry, under the SIL Open Font License 1.1. That licence asks whoever
changes a font to give it another name; leaving letters out is a change, so ours has one.
Source: OFL 1.1, condition 3, and OFL-FAQ 2.2 and 2.8 (subsetting, web fonts).
"""

import sys
from importlib.resources import files
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parent.parent / "blog" / "static" / "fonts"
FAMILY = "Rejoinder Serif"
# The file that each of our faces is made from.
FACES = {
    "read-regular": "SourceSerifPro-Regular.ttf",
    "read-italic": "SourceSerifPro-It.ttf",
    "read-bold": "SourceSerifPro-Semibold.ttf",
}
# Latin with all its accents, and the signs that running text needs. Other scripts are drawn by the device's own fonts.
LETTERS = [
    *range(0x0020, 0x007F),
    *range(0x00A0, 0x0180),
    *(0x02C6, 0x02DC),
    *range(0x2010, 0x2016),
    *range(0x2018, 0x201F),
    *(0x2020, 0x2021, 0x2022, 0x2026, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20AC, 0x2122),
    *range(0x2190, 0x2194),
    *(0x2212, 0x2248, 0x2260, 0x2264, 0x2265),
    *(0xFB01, 0xFB02),
]
_FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "onum", "lnum", "tnum", "pnum"]
# Of a font's names: family, style, identifier, full name, version, PostScript name, and the preferred ones.
_OUR_NAMES = {
    1: FAMILY,
    3: FAMILY,
    4: FAMILY,
    6: FAMILY.replace(" ", ""),
    16: FAMILY,
    25: FAMILY.replace(" ", ""),
}


def main() -> None:
    """Make the faces that are not there yet."""
    missing = [name for name in FACES if not (FOLDER / f"{name}.woff2").is_file()]
    if missing:
        sys.stdout.write(f"Making the fonts in {FOLDER.relative_to(FOLDER.parents[2]).as_posix()} ...\n")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in missing:
        make_face(name)


def make_face(name: str) -> None:
    """Write one face: only our letters, under our name, packed for the web."""
    options = Options(
        flavor="woff2", layout_features=_FEATURES, hinting=False, name_IDs=[*_OUR_NAMES, 0, 2, 13, 14]
    )
    source = files("font_source_serif_pro") / "files" / FACES[name]
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    _rename(font)
    target = FOLDER / f"{name}.woff2"
    unfinished = target.with_suffix(".part")
    save_font(font, str(unfinished), options)
    # Whole or not at all: two builds at once, or one that is stopped, leave no half font behind.
    unfinished.replace(target)


def _rename(font: TTFont) -> None:
    for record in font["name"].names:
        if record.nameID in _OUR_NAMES:
            record.string = _OUR_NAMES[record.nameID]


if __name__ == "__main__":
    main()
