"""What mail programs write in Italian."""

from blog.mailroom.parser.languages.wording import Wording

ITALIAN = Wording(
    openers=("il", "in data"),
    verbs=("ha scritto", "scrisse", "scrive"),
    own=(
        "io scrissi",
        "ho scritto",
        "abbiamo scritto",
    ),
    labels={
        "from": ("da",),
        "date": ("inviato", "data", "inviato il"),
        "to": ("a",),
        "subject": ("oggetto",),
        "copy": ("cc", "copia", "rispondi a"),
    },
    separators=("messaggio originale", "messaggio inoltrato", "messaggio di inoltro", "forwarded message"),
    announcements=("inizio messaggio inoltrato", "inizio del messaggio inoltrato"),
    devices_sign=(
        "inviato da",
        "inviato dal",
        "inviato con",
        "inviato tramite",
        "inviato dalla",
        "inviata da",
        "scarica outlook per",
        "ottieni outlook per",
    ),
    automatic=("risposta automatica", "messaggio automatico", "avviso di assenza"),
    absent=("fuori sede", "fuori ufficio"),
    undelivered=(
        "non recapitabile",
        "impossibile recapitare",
        "mancato recapito",
        "messaggio non recapitato",
        "notifica di mancata consegna",
    ),
    replied=("re", "r", "rif"),
)
