"""What mail programs write in Portuguese."""

from blog.mailroom.parser.languages.wording import Wording

PORTUGUESE = Wording(
    openers=("em", "a", "no dia"),
    verbs=("escreveu", "escreveram"),
    own=(
        "eu escrevi",
        "escrevi",
        "escrevemos",
    ),
    labels={
        "from": ("de",),
        "date": ("enviado", "data", "enviada em", "enviado em", "enviada"),
        "to": ("para",),
        "subject": ("assunto",),
        "copy": ("cc", "cópia", "responder a"),
    },
    separators=("mensagem original", "mensagem encaminhada", "mensagem reencaminhada"),
    announcements=(
        "início da mensagem encaminhada",
        "início da mensagem reencaminhada",
    ),
    devices_sign=(
        "enviado do",
        "enviado a partir",
        "enviado de",
        "enviado com",
        "enviado através",
        "enviada do",
        "enviado pelo",
        "enviado via",
        "obtenha o outlook",
        "baixe o outlook",
        "obter o outlook para",
    ),
    automatic=("resposta automática", "resposta automatica", "ausência temporária", "mensagem automática"),
    absent=("fora do escritório",),
    undelivered=(
        "não entregue",
        "não é possível entregar",
        "não foi possível entregar",
        "falha na entrega",
        "mensagem não entregue",
    ),
    replied=("re", "res"),
)
