"""What mail programs write in Polish."""

from blog.mailroom.parser.languages.wording import Wording

POLISH = Wording(
    openers=("w dniu", "dnia", "dn"),
    verbs=("napisał", "napisała", "napisał a", "napisana przez", "napisali", "pisze"),
    own=(
        "napisałem",
        "napisałam",
        "pisałem",
        "pisałam",
        "napisaliśmy",
    ),
    labels={
        "from": ("od",),
        "date": ("wysłano", "data", "wysłane", "data wysłania"),
        "to": ("do",),
        "subject": ("temat",),
        "copy": ("dw", "cc"),
    },
    separators=(
        "oryginalna wiadomość",
        "wiadomość oryginalna",
        "wiadomość pierwotna",
        "treść oryginalnej wiadomości",
        "przekazana wiadomość",
        "wiadomość przekazana dalej",
        "wiadomość przekazana",
        "przesyłana wiadomość dalej",
        "przekazywana wiadomość",
    ),
    announcements=("początek przekazywanej wiadomości",),
    devices_sign=(
        "wysłane z",
        "wysłano z",
        "wysłane za pomocą",
        "wysłano przy użyciu",
        "wysłano za pomocą",
        "uzyskaj outlook",
        "pobierz outlook",
    ),
    automatic=("odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "wiadomość automatyczna"),
    absent=("nieobecność", "poza biurem"),
    undelivered=(
        "niedostarczone",
        "nie można dostarczyć",
        "niedostarczona wiadomość",
        "nie dostarczono",
        "niedostarczalne",
    ),
    replied=("re", "odp"),
)
