"""What mail programs write in French."""

from blog.mailroom.parser.languages.wording import Wording

FRENCH = Wording(
    openers=("le",),
    verbs=("a écrit", "écrivait", "a ecrit"),
    own=(
        "j ai écrit",
        "j ai ecrit",
        "j écrivais",
        "nous avons écrit",
    ),
    labels={
        "from": ("de",),
        "date": ("envoyé", "date", "envoyé le", "date d envoi"),
        "to": ("à", "a"),
        "subject": ("objet", "sujet"),
        "copy": ("cc", "copie", "répondre à"),
    },
    separators=(
        "message d origine",
        "message original",
        "message transféré",
        "message transmis",
        "message réexpédié",
        "message initial",
        "courriel original",
        "message forwardé",
    ),
    announcements=(
        "début du message transféré",
        "début du message réexpédié",
    ),
    devices_sign=(
        "envoyé de mon",
        "envoyé depuis",
        "envoyé à partir de",
        "envoyé à l aide de",
        "envoyé via",
        "envoyé avec",
        "envoyé par",
        "envoyé du",
        "envoyé à partir d",
        "téléchargez outlook pour",
        "obtenez outlook pour",
        "télécharger outlook pour",
    ),
    automatic=(
        "réponse automatique",
        "reponse automatique",
        "message automatique",
        "absence du bureau",
        "notification d absence",
        "message d absence",
    ),
    absent=("absent du bureau", "absente du bureau"),
    undelivered=(
        "non remis",
        "échec de la remise",
        "non distribuable",
        "message non remis",
        "remise impossible",
        "courrier non distribué",
    ),
    replied=("re", "ré", "rép"),
)
