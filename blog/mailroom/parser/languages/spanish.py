"""What mail programs write in Spanish."""

from blog.mailroom.parser.languages.wording import Wording

SPANISH = Wording(
    openers=("el",),
    verbs=("escribió", "escribio", "ha escrito"),
    own=(
        "yo escribí",
        "escribí",
        "he escrito",
        "hemos escrito",
    ),
    labels={
        "from": ("de",),
        "date": ("enviado", "fecha", "enviado el"),
        "to": ("para", "a"),
        "subject": ("asunto",),
        "copy": ("cc", "copia", "responder a"),
    },
    separators=("mensaje original", "mensaje reenviado", "correo original"),
    announcements=("inicio del mensaje reenviado",),
    devices_sign=(
        "enviado desde",
        "enviado con",
        "enviado a través de",
        "enviado mediante",
        "obtenga outlook para",
        "consigue outlook para",
        "obtener outlook para",
        "descargar outlook para",
    ),
    automatic=("respuesta automática", "respuesta automatica", "contestación automática", "autorespuesta"),
    absent=("fuera de la oficina", "fuera de oficina"),
    undelivered=(
        "no se puede entregar",
        "no entregado",
        "mensaje no entregado",
        "no se pudo entregar",
        "error de entrega",
    ),
    replied=("re", "rv"),
)
