"""What mail programs write in Norwegian."""

from blog.mailroom.parser.languages.wording import Wording

NORWEGIAN = Wording(
    openers=("den", "på"),
    verbs=("skrev", "har skrevet"),
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
        "copy": ("kopi", "cc"),
    },
    separators=(
        "opprinnelig melding",
        "videresendt melding",
        "opprinnelig e post",
        "original melding",
        "opprinnelig meddelelse",
    ),
    announcements=("videresendt melding", "start på videresendt melding"),
    devices_sign=(
        "sendt fra",
        "sendt via",
        "sendt med",
        "skaff deg outlook for",
        "få outlook for",
        "hent outlook for",
        "last ned outlook for",
    ),
    greetings=(
        "hei",
        "hallo",
        "kjære",
        "god dag",
        "god morgen",
        "god kveld",
    ),
    closings=(
        "hilsen",
        "med vennlig hilsen",
        "vennlig hilsen",
        "mvh",
        "hilsener",
        "takk",
        "på forhånd takk",
        "beste hilsen",
    ),
    automatic=("automatisk svar", "fraværsmelding"),
    absent=("fraværende", "ikke til stede"),
    undelivered=(
        "kan ikke leveres",
        "kunne ikke leveres",
        "ikke levert",
        "ulevert",
        "leveres ikke",
    ),
    replied=("re", "sv"),
)
