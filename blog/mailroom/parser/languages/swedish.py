"""What mail programs write in Swedish."""

from blog.mailroom.parser.languages.wording import Wording

SWEDISH = Wording(
    openers=("den", "on", "på"),
    verbs=("skrev", "har skrivit"),
    own=(
        "skrev jag",
        "jag skrev",
        "jag har skrivit",
        "har jag skrivit",
        "skrev vi",
        "vi skrev",
    ),
    labels={
        "from": ("från",),
        "date": ("skickat", "datum", "skickad"),
        "to": ("till",),
        "subject": ("ämne",),
        "copy": ("kopia", "cc"),
    },
    separators=(
        "ursprungligt meddelande",
        "originalmeddelande",
        "vidarebefordrat meddelande",
        "vidarebefordrat brev",
    ),
    announcements=(
        "vidarebefordrat brev",
        "vidarebefordrat meddelande",
        "början på vidarebefordrat meddelande",
    ),
    devices_sign=(
        "skickat från",
        "skickades från",
        "skickat via",
        "skickat med",
        "skickad från",
        "skaffa outlook för",
        "ladda ned outlook för",
        "hämta outlook för",
    ),
    automatic=("autosvar", "automatiskt svar", "automatiskt meddelande", "frånvaromeddelande"),
    absent=("frånvarande", "frånvaro", "ej på kontoret"),
    undelivered=(
        "kan inte levereras",
        "går inte att leverera",
        "olevererat",
        "det går inte att leverera",
        "kunde inte levereras",
        "ej levererat",
    ),
    replied=("re", "sv"),
)
