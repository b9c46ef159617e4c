"""The translation catalogues. Usage: python -m dev.catalogues update | check

`update` writes what the sources say into every catalogue. `check` ends with status 1 and a line for each
message that a catalogue lacks, still has, has not translated, or says otherwise than docs/voice.md wants.
"""

import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import chdir
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from dev.voice import faults_of_text, faults_of_translation

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "blog" / "translations"
# English is what the sources are written in.
LANGUAGES = ("nl",)
_KEEP = ("--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")
_KEYWORDS = ("lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2", "lazy_npgettext:1c,2,3")


def main() -> None:
    """Update or check, as the command line says."""
    match sys.argv[1:]:
        case ["update"]:
            update()
        case ["check"]:
            faults = [*check()]
            print("\n".join(faults), end="\n" if faults else "")
            sys.exit(1 if faults else 0)
        case _:
            sys.exit(__doc__)


def catalogue_file(language: str) -> Path:
    """Where the translations of one language are."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def update() -> None:
    """Bring every catalogue up to date with the sources; a person translates what is new."""
    with tempfile.TemporaryDirectory() as folder:
        template = extract(Path(folder))
        for language in LANGUAGES:
            file = catalogue_file(language)
            command = ["update", *_KEEP] if file.exists() else ["init"]
            file.parent.mkdir(parents=True, exist_ok=True)
            _babel(*command, "-i", str(template), "-o", str(file), "-l", language, "--no-wrap")


def check() -> Iterator[str]:
    """The faults of all catalogues, as `file: what is wrong`."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = _read(extract(Path(folder)))
    yield from wording_of_sources(wanted)
    for language in LANGUAGES:
        file = catalogue_file(language)
        name = file.relative_to(ROOT).as_posix()
        if not file.exists():
            yield f"{name}: missing; run `make messages` and translate it"
            continue
        catalogue = _read(file)
        yield from (
            f"{name}: {fault}" for fault in (*faults_of(catalogue, wanted), *wording_of(catalogue, language))
        )


def faults_of(catalogue: Catalog, wanted: Catalog) -> Iterator[str]:
    """What stands between a catalogue and what the sources want of it."""
    keys, wanted_keys = ({_key(message) for message in each if message.id} for each in (catalogue, wanted))
    for key in sorted(wanted_keys - keys, key=str):
        yield f"lacks {key[0]!r}; run `make messages`"
    for key in sorted(keys - wanted_keys, key=str):
        yield f"still has {key[0]!r}, which no source says; run `make messages`"
    for message in catalogue:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if not all(forms):
            yield f"line {message.lineno}: {_key(message)[0]!r} is not translated"
        elif message.fuzzy:
            yield f"line {message.lineno}: {_key(message)[0]!r} is marked fuzzy: read it and remove the mark"
        else:
            for error in message.check(catalogue):
                yield f"line {message.lineno}: {_key(message)[0]!r}: {error}"


def wording_of_sources(wanted: Catalog) -> Iterator[str]:
    """Where the English of the sources is not how the product speaks."""
    for message in wanted:
        if message.id:
            files = ", ".join(sorted({file for file, _line in message.locations}))
            for text in _forms(message.id):
                yield from (f"{files}: {text!r}: {fault}" for fault in faults_of_text(text, "en"))


def wording_of(catalogue: Catalog, language: str) -> Iterator[str]:
    """Where a translation is not how the product speaks."""
    for message in catalogue:
        if message.id and message.string:
            english = _forms(message.id)
            for number, text in enumerate(_forms(message.string)):
                beside = english[min(number, len(english) - 1)]
                for fault in faults_of_translation(beside, text, language):
                    yield f"line {message.lineno}: {text!r}: {fault}"


def _forms(said: str | Sequence[str]) -> Sequence[str]:
    """The forms of a message: one, or one for each number."""
    return (said,) if isinstance(said, str) else said


def extract(folder: Path) -> Path:
    """Write the messages of all sources into a template, without line numbers, which change daily."""
    template = folder / "messages.pot"
    keywords = [part for keyword in _KEYWORDS for part in ("-k", keyword)]
    sources = ["--input-dirs=.", "-F", "pyproject.toml", "--add-location=file", "--sort-by-file"]
    header = ["--project=Rejoinder", "--version=main", "--header-comment=# Translations of Rejoinder."]
    _babel("extract", *keywords, *sources, *header, "-o", str(template))
    return template


def _key(message: Message) -> tuple[object, str | None]:
    """What identifies a message: its singular, and its context."""
    return (message.id[0] if isinstance(message.id, (list, tuple)) else message.id, message.context)


def _read(file: Path) -> Catalog:
    return read_po(io.BytesIO(file.read_bytes()), abort_invalid=True)


def _babel(*arguments: str) -> None:
    # The sources are named from the root, wherever this was called.
    with chdir(ROOT):
        status = CommandLineInterface().run(["pybabel", "-q", *arguments])  # pyright: ignore[reportUnknownMemberType]
    if status:
        sys.exit(f"pybabel {arguments[0]} failed")


if __name__ == "__main__":
    main()
