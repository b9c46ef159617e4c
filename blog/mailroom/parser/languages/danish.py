"""What mail programs write in Danish."""

from blog.mailroom.parser.languages.wording import Wording

DANISH = Wording(
    openers=("den", "på"),
    verbs=("skrev", "har skrevet", "har skrevet følgende"),
    own=(
        "skrev jeg",
        "jeg skrev",
        "jeg har skrevet",
        "har jeg skrevet",
        "skrev vi",
        "vi skrev",
    ),
    labels={
        "from": ("fra",),
        "date": ("sendt", "dato"),
        "to": ("til",),
        "subject": ("emne",),
        "copy": ("cc",),
    },
    separators=(
        "oprindelig meddelelse",
        "oprindelig besked",
        "original meddelelse",
        "videresendt meddelelse",
        "videresendt besked",
        "oprindelig mail",
    ),
    announcements=(
        "start på videresendt besked",
        "begynd videresendt besked",
    ),
    devices_sign=(
        "sendt fra",
        "sendt via",
        "sendt med",
        "hent outlook til",
        "hent outlook for",
        "få outlook til",
    ),
    automatic=("automatisk svar", "autosvar", "automatisk besked", "fraværsmeddelelse"),
    absent=("fraværende", "ikke til stede", "ikke på kontoret"),
    undelivered=(
        "kan ikke leveres",
        "kunne ikke leveres",
        "ikke leveret",
        "ulevereret",
        "kan ikke afleveres",
    ),
    replied=("re", "sv", "vs"),
)
