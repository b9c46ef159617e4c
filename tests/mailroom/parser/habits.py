# ruff: noqa: RUF001 -- other scripts and their punctuation are meant.
"""What mail programs write in each language, as samples: one line each, written after what they show."""

from typing import NamedTuple


class Habits(NamedTuple):
    """Of one language. `answer`: a person's new words; `own`: sentences of a person that look like the line
    above a quotation.
    """

    answer: str
    attributions: tuple[str, ...]
    blocks: tuple[str, ...]
    separators: tuple[str, ...]
    phones: tuple[str, ...]
    automatic: tuple[str, ...]
    bounces: tuple[str, ...]
    own: tuple[str, ...]


def block(*lines: str) -> str:
    """The header block above an older message."""
    return "\n".join(lines)


HABITS = {
    "nl": Habits(
        answer="Doorvragen.",
        attributions=(
            "Op vr 3 mei 2024 om 09:41 schreef Jan Jansen <jan@example.org>:",
            "Op vr 3 mei 2024 om 09:41 schreef Jan Jansen\n<jan@example.org>:",
            "Op 3 mei 2024 om 09:41 heeft Jan Jansen <jan@example.org> het volgende geschreven:",
            "Op 3 mei 2024, om 09:41 heeft Jan Jansen <jan@example.org> het\nvolgende geschreven:",
            "Op 03-05-2024 om 09:41 schreef Jan Jansen:",
            "Op 3 mei 2024 09:41:00 CEST schreef Jan Jansen <jan@example.org>:",
            "Jan Jansen schreef op 3 mei 2024 09:41:",
            "Jan Jansen <jan@example.org> schreef op vr 3 mei 2024\nom 09:41:",
        ),
        blocks=(
            block("Van: Jan Jansen", "Verzonden: vrijdag 3 mei 2024 09:41", "Aan: Piet", "Onderwerp: Vraag"),
            block("Van: Jan <jan@example.org>", "Datum: vrijdag, 3 mei 2024 om 09:41", "Aan: Piet"),
            block("Van: Jan <jan@example.org>", "Onderwerp: Vraag", "Datum: 3 mei 2024", "Aan: Piet"),
        ),
        separators=(
            "-----Oorspronkelijk bericht-----",
            "-------- Oorspronkelijk bericht --------",
            "-------- Doorgestuurd bericht --------",
            "---------- Doorgestuurd bericht ---------",
            "Begin doorgestuurd bericht:",
        ),
        phones=(
            "Verstuurd vanaf mijn iPhone",
            "Verzonden vanaf mijn Galaxy",
            "Verzonden vanuit Outlook voor Android",
            "Outlook voor iOS downloaden",
            "Verzonden vanaf Outlook voor iOS",
            "Verzonden met Proton Mail voor iOS",
            "Verstuurd met FairEmail",
        ),
        automatic=("Automatisch antwoord: Vraag", "Afwezig: Vraag", "Automatische reactie: Vraag"),
        bounces=("Onbestelbaar: Vraag", "Niet te bezorgen: Vraag"),
        own=("Op 3 mei 2024 schreef ik al:", "Op 3 mei heb ik aan Jan <jan@example.org> geschreven:"),
    ),
    "en": Habits(
        answer="Ask on.",
        attributions=(
            "On Fri, May 3, 2024 at 9:41\u202fAM Jan Jansen <jan@example.org> wrote:",
            "On Fri, 3 May 2024 at 09:41, Jan Jansen <jan@example.org> wrote:",
            "On 3 May 2024, at 09:41, Jan Jansen <jan@example.org> wrote:",
            "On May 3, 2024, at 9:41\u202fAM, Jan Jansen\n<jan@example.org> wrote:",
            "On 03/05/2024 09:41, Jan Jansen wrote:",
            "On Friday, May 3rd, 2024 at 9:41 AM, Jan Jansen <jan@example.org> wrote:",
            "Jan Jansen <jan@example.org> wrote:",
            "May 3, 2024 9:41:00 AM Jan Jansen <jan@example.org>:",
        ),
        blocks=(
            block("From: Jan Jansen", "Sent: Friday, May 3, 2024 9:41 AM", "To: Piet", "Subject: Question"),
            block("From: Jan <jan@example.org>", "Date: Friday, 3 May 2024 at 09:41", "To: Piet"),
        ),
        separators=(
            "-----Original Message-----",
            "-------- Original message --------",
            "------- Original Message -------",
            "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
            "-------- Forwarded Message --------",
            "---------- Forwarded message ---------",
            "Begin forwarded message:",
        ),
        phones=(
            "Sent from my iPhone",
            "Sent from my Galaxy",
            "Sent from Outlook for Android",
            "Get Outlook for iOS",
            "Sent from Mail for Windows",
            "Sent from Yahoo Mail for iPhone",
            "Sent from Proton Mail Android",
        ),
        automatic=("Automatic reply: Question", "Out of Office: Question", "Auto-Reply: Question"),
        bounces=(
            "Undeliverable: Question",
            "Undelivered Mail Returned to Sender",
            "Mail delivery failed: returning message to sender",
            "Delivery Status Notification (Failure)",
            "failure notice",
        ),
        own=("On 3 May 2024 I wrote to Jan <jan@example.org>:",),
    ),
    "de": Habits(
        answer="Nachfragen.",
        attributions=(
            "Am Fr., 3. Mai 2024 um 09:41 Uhr schrieb Jan Jansen <jan@example.org>:",
            "Am Fr., 3. Mai 2024 um 09:41 Uhr schrieb Jan Jansen <\njan@example.org>:",
            "Am 03.05.2024 um 09:41 schrieb Jan Jansen:",
            "Am 03.05.2024 um 09:41 schrieb Jan Jansen <jan@example.org>:",
            "Jan Jansen <jan@example.org> schrieb am Fr., 3. Mai 2024, 09:41:",
        ),
        blocks=(
            block("Von: Jan Jansen", "Gesendet: Freitag, 3. Mai 2024 09:41", "An: Piet", "Betreff: Frage"),
            block("Gesendet: Freitag, 3. Mai 2024 um 09:41 Uhr", "Von: Jan <jan@example.org>", "An: Piet"),
        ),
        separators=(
            "-----Ursprüngliche Nachricht-----",
            "-------- Originalnachricht --------",
            "-------- Weitergeleitete Nachricht --------",
            "Anfang der weitergeleiteten Nachricht:",
        ),
        phones=(
            "Von meinem iPhone gesendet",
            "Gesendet von Outlook für Android",
            "Holen Sie sich Outlook für iOS",
            "Gesendet mit der GMX Mail App für Android",
        ),
        automatic=("Automatische Antwort: Frage", "Abwesenheitsnotiz: Frage"),
        bounces=("Unzustellbar: Frage",),
        own=("Am 3. Mai 2024 schrieb ich an Jan <jan@example.org>:",),
    ),
    "fr": Habits(
        answer="Poser des questions.",
        attributions=(
            "Le ven. 3 mai 2024 à 09:41, Jan Jansen <jan@example.org> a écrit\u00a0:",
            "Le 3 mai 2024 à 09:41, Jan Jansen <jan@example.org> a écrit :",
            "Le 03/05/2024 à 09:41, Jan Jansen a écrit :",
        ),
        blocks=(
            block("De : Jan Jansen", "Envoyé : vendredi 3 mai 2024 09:41", "À : Piet", "Objet : Question"),
            block("De : Jan <jan@example.org>", "Date : vendredi, 3 mai 2024 à 09:41", "À : Piet"),
        ),
        separators=(
            "-----Message d'origine-----",
            "-------- Message transféré --------",
            "-------- Message d’origine --------",
            "Début du message réexpédié :",
        ),
        phones=(
            "Envoyé de mon iPhone",
            "Envoyé depuis mon appareil Galaxy",
            "Obtenez Outlook pour iOS",
            "Envoyé à partir de Outlook pour Android",
        ),
        automatic=("Réponse automatique : Question",),
        bounces=("Non remis : Question", "Échec de la remise : Question"),
        own=("Le 3 mai 2024 j'ai écrit à Jan <jan@example.org> :",),
    ),
    "es": Habits(
        answer="Seguir preguntando.",
        attributions=(
            "El vie, 3 may 2024 a las 9:41, Jan Jansen (<jan@example.org>) escribió:",
            "El 3 may 2024, a las 9:41, Jan Jansen <jan@example.org> escribió:",
            "El 3/5/24 a las 9:41, Jan Jansen escribió:",
        ),
        blocks=(
            block("De: Jan Jansen", "Enviado: viernes, 3 de mayo de 2024 9:41", "Para: Piet", "Asunto: Duda"),
            block(
                "De: Jan <jan@example.org>", "Fecha: viernes, 3 de mayo de 2024", "Para: Piet", "Asunto: Duda"
            ),
        ),
        separators=(
            "-----Mensaje original-----",
            "-------- Mensaje reenviado --------",
            "Inicio del mensaje reenviado:",
        ),
        phones=("Enviado desde mi iPhone", "Obtener Outlook para iOS", "Enviado desde Outlook para Android"),
        automatic=("Respuesta automática: Duda",),
        bounces=("No se puede entregar: Duda",),
        own=("El 3 de mayo he escrito a Jan <jan@example.org>:",),
    ),
    "it": Habits(
        answer="Fare domande.",
        attributions=(
            "Il giorno ven 3 mag 2024 alle ore 09:41 Jan Jansen <jan@example.org> ha scritto:",
            "Il giorno 3 mag 2024, alle ore 09:41, Jan Jansen <jan@example.org> ha scritto:",
            "Il 03/05/2024 09:41, Jan Jansen ha scritto:",
        ),
        blocks=(
            block(
                "Da: Jan Jansen", "Inviato: venerdì 3 maggio 2024 09:41", "A: Piet", "Oggetto: Una domanda"
            ),
            block("Da: Jan <jan@example.org>", "Data: venerdì, 3 maggio 2024 09:41", "A: Piet"),
        ),
        separators=(
            "-----Messaggio originale-----",
            "-------- Messaggio inoltrato --------",
            "Inizio messaggio inoltrato:",
        ),
        phones=("Inviato da iPhone", "Inviato da Outlook per Android", "Scarica Outlook per iOS"),
        automatic=("Risposta automatica: Domanda",),
        bounces=("Non recapitabile: Domanda",),
        own=("Il 3 maggio ho scritto a Jan <jan@example.org>:",),
    ),
    "pt": Habits(
        answer="Perguntar mais.",
        attributions=(
            "Em sex., 3 de mai. de 2024 às 09:41, Jan Jansen <jan@example.org> escreveu:",
            "Em 3 de mai. de 2024, à(s) 09:41, Jan Jansen <jan@example.org> escreveu:",
            "Jan Jansen <jan@example.org> escreveu (sexta, 3/05/2024 à(s) 09:41):",
            "Em 03/05/2024 09:41, Jan Jansen escreveu:",
        ),
        blocks=(
            block(
                "De: Jan Jansen",
                "Enviado: sexta-feira, 3 de maio de 2024 09:41",
                "Para: Piet",
                "Assunto: Pergunta",
            ),
            block("De: Jan <jan@example.org>", "Data: sexta-feira, 3 de maio de 2024", "Para: Piet"),
        ),
        separators=(
            "-----Mensagem original-----",
            "-------- Mensagem encaminhada --------",
            "Início da mensagem reencaminhada:",
        ),
        phones=("Enviado do meu iPhone", "Obter o Outlook para iOS", "Enviado do Outlook para Android"),
        automatic=("Resposta automática: Pergunta",),
        bounces=("Não entregue: Pergunta",),
        own=("Em 3 de maio escrevi a Jan <jan@example.org>:",),
    ),
    "pl": Habits(
        answer="Pytać dalej.",
        attributions=(
            "pt., 3 maj 2024 o 09:41 Jan Jansen <jan@example.org> napisał(a):",
            "Wiadomość napisana przez Jan Jansen <jan@example.org> w dniu 3 maj 2024, o godz. 09:41:",
            "W dniu 3.05.2024 o 09:41, Jan Jansen pisze:",
        ),
        blocks=(
            block("Od: Jan Jansen", "Wysłano: piątek, 3 maja 2024 09:41", "Do: Piet", "Temat: Pytanie"),
            block("Od: Jan <jan@example.org>", "Data: piątek, 3 maja 2024", "Do: Piet"),
        ),
        separators=(
            "-----Oryginalna wiadomość-----",
            "-------- Wiadomość oryginalna --------",
            "-------- Wiadomość przekazana dalej --------",
            "Początek przekazywanej wiadomości:",
        ),
        phones=("Wysłane z iPhone'a", "Wysłane z iPhone", "Pobierz Outlook dla systemu iOS"),
        automatic=("Odpowiedź automatyczna: Pytanie",),
        bounces=("Niedostarczone: Pytanie",),
        own=("Dnia 3 maja napisałem do Jana <jan@example.org>:",),
    ),
    "sv": Habits(
        answer="Fråga vidare.",
        attributions=(
            "Den fre 3 maj 2024 kl 09:41 skrev Jan Jansen <jan@example.org>:",
            "3 maj 2024 kl. 09:41 skrev Jan Jansen <jan@example.org>:",
            "Den 2024-05-03 kl. 09:41, skrev Jan Jansen:",
        ),
        blocks=(
            block("Från: Jan Jansen", "Skickat: den 3 maj 2024 09:41", "Till: Piet", "Ämne: Fråga"),
            block("Från: Jan <jan@example.org>", "Datum: fredag, 3 maj 2024", "Till: Piet"),
        ),
        separators=(
            "-----Ursprungligt meddelande-----",
            "-------- Vidarebefordrat meddelande --------",
            "Vidarebefordrat brev:",
        ),
        phones=("Skickat från min iPhone", "Hämta Outlook för iOS", "Skickat från Outlook för Android"),
        automatic=("Autosvar: Fråga", "Automatiskt svar: Fråga"),
        bounces=("Kan inte levereras: Fråga",),
        own=("Den 3 maj skrev jag till Jan <jan@example.org>:",),
    ),
    "da": Habits(
        answer="Spørge videre.",
        attributions=(
            "Den fre. 3. maj 2024 kl. 09.41 skrev Jan Jansen <jan@example.org>:",
            "Den 3. maj 2024 kl. 09.41 skrev Jan Jansen <jan@example.org>:",
            "Den 03.05.2024 kl. 09.41 skrev Jan Jansen:",
        ),
        blocks=(
            block("Fra: Jan Jansen", "Sendt: 3. maj 2024 09:41", "Til: Piet", "Emne: Spørgsmål"),
            block("Fra: Jan <jan@example.org>", "Dato: fredag den 3. maj 2024", "Til: Piet"),
        ),
        separators=(
            "-----Oprindelig meddelelse-----",
            "-------- Videresendt meddelelse --------",
            "Start på videresendt besked:",
        ),
        phones=("Sendt fra min iPhone", "Hent Outlook til iOS", "Sendt fra Outlook til Android"),
        automatic=("Automatisk svar: Spørgsmål",),
        bounces=("Kan ikke leveres: Spørgsmål",),
        own=("Den 3. maj skrev jeg til Jan <jan@example.org>:",),
    ),
    "no": Habits(
        answer="Spørre videre.",
        attributions=(
            "fre. 3. mai 2024 kl. 09:41 skrev Jan Jansen <jan@example.org>:",
            "3. mai 2024 kl. 09:41 skrev Jan Jansen <jan@example.org>:",
            "Den 03.05.2024 09:41, skrev Jan Jansen:",
        ),
        blocks=(
            block("Fra: Jan Jansen", "Sendt: fredag 3. mai 2024 09:41", "Til: Piet", "Emne: Spørsmål"),
            block("Fra: Jan <jan@example.org>", "Dato: fredag 3. mai 2024", "Til: Piet"),
        ),
        separators=(
            "-----Opprinnelig melding-----",
            "-------- Videresendt melding --------",
            "Videresendt melding:",
        ),
        phones=("Sendt fra min iPhone", "Skaff deg Outlook for iOS", "Sendt fra Outlook for Android"),
        automatic=("Automatisk svar: Spørsmål",),
        bounces=("Kan ikke leveres: Spørsmål",),
        own=("3. mai skrev jeg til Jan <jan@example.org>:",),
    ),
    "fi": Habits(
        answer="Kysyä lisää.",
        attributions=(
            "pe 3. toukok. 2024 klo 9.41 Jan Jansen (jan@example.org) kirjoitti:",
            "Jan Jansen <jan@example.org> kirjoitti 3.5.2024 kello 9.41:",
            "Jan Jansen kirjoitti 3.5.2024 klo 9.41:",
        ),
        blocks=(
            block(
                "Lähettäjä: Jan Jansen",
                "Lähetetty: perjantai 3. toukokuuta 2024 9.41",
                "Vastaanottaja: Piet",
                "Aihe: Kysymys",
            ),
            block("Lähettäjä: Jan <jan@example.org>", "Aihe: Kysymys", "Päivämäärä: 3. toukokuuta 2024"),
        ),
        separators=(
            "-----Alkuperäinen viesti-----",
            "-------- Välitetty viesti --------",
            "Välitetty viesti alkaa:",
        ),
        phones=("Lähetetty iPhonesta", "Hanki Outlook for iOS", "Lähetetty Outlook for Androidista"),
        automatic=("Automaattinen vastaus: Kysymys",),
        bounces=("Ei voi toimittaa: Kysymys",),
        own=("3.5.2024 kirjoitin Janille (jan@example.org), ja hän kirjoitti:",),
    ),
    "ru": Habits(
        answer="Спрашивать дальше.",
        attributions=(
            "пт, 3 мая 2024 г. в 09:41, Jan Jansen <jan@example.org>:",
            "3 мая 2024 г., в 09:41, Jan Jansen <jan@example.org> написал(а):",
            "3 мая 2024 г., 9:41 пользователь Jan Jansen <jan@example.org> написал:",
            "03.05.2024 09:41, Jan Jansen пишет:",
            '03.05.2024, 09:41, "Jan Jansen" <jan@example.org>:',
            "Пятница, 3 мая 2024, 9:41 +03:00 от Jan Jansen <jan@example.org>:",
        ),
        blocks=(
            block("От: Jan Jansen", "Отправлено: 3 мая 2024 г. 9:41", "Кому: Piet", "Тема: Вопрос"),
            block("От: Jan <jan@example.org>", "Дата: пятница, 3 мая 2024 г.", "Кому: Piet"),
        ),
        separators=(
            "-----Исходное сообщение-----",
            "-------- Пересылаемое сообщение --------",
            "-------- Перенаправленное сообщение --------",
            "Начало переадресованного сообщения:",
        ),
        phones=("Отправлено с iPhone", "Отправлено из Outlook для Android", "Скачать Outlook для iOS"),
        automatic=("Автоматический ответ: Вопрос", "Автоответ: Вопрос"),
        bounces=("Не доставлено: Вопрос", "Недоставленное сообщение"),
        own=("3 мая 2024 г. я написал Яну <jan@example.org>:",),
    ),
    "ja": Habits(
        answer="もっと質問します。",
        attributions=(
            "2024年5月3日(金) 9:41 Jan Jansen <jan@example.org>:",
            "2024/05/03 9:41、Jan Jansen <jan@example.org>のメール:",
            "2024/05/03 9:41、Jan Jansen <jan@example.org>のメール：",
            "On 2024/05/03 9:41, Jan Jansen wrote:",
        ),
        blocks=(
            block("差出人: Jan Jansen", "送信日時: 2024年5月3日金曜日 9:41", "宛先: Piet", "件名: 質問"),
            block("差出人： Jan <jan@example.org>", "日付： 2024年5月3日", "宛先： Piet"),
        ),
        separators=("-----元のメッセージ-----", "-------- 転送メッセージ --------", "転送されたメッセージ:"),
        phones=("iPhoneから送信", "Outlook for iOS を入手", "iPadから送信"),
        automatic=("自動応答: 質問", "自動返信：質問"),
        bounces=("配信不能: 質問",),
        own=("2024/05/03 9:41、Jan <jan@example.org>へ私が書きました:",),
    ),
    "zh-hans": Habits(
        answer="继续提问。",
        attributions=(
            "Jan Jansen <jan@example.org> 于2024年5月3日周五 09:41写道：",
            "在 2024年5月3日，09:41，Jan Jansen <jan@example.org> 写道：",
            "> 在 2024年5月3日，上午9:41，Jan Jansen <jan@example.org> 写道：",
            '在 2024-05-03 09:41:00，"Jan Jansen" <jan@example.org> 写道：',
            "在 2024/5/3 9:41, Jan Jansen 写道:",
        ),
        blocks=(
            block("发件人: Jan Jansen", "发送时间: 2024年5月3日 9:41", "收件人: Piet", "主题: 问题"),
            block("发件人：Jan <jan@example.org>", "日期：2024年5月3日", "收件人：Piet"),
        ),
        separators=(
            "-----邮件原件-----",
            "------------------ 原始邮件 ------------------",
            "---- 回复的原邮件 ----",
            "-------- 转发的消息 --------",
        ),
        phones=("发自我的 iPhone", "发自我的华为手机", "获取 Outlook for iOS"),
        automatic=("自动答复: 问题", "自动回复：问题"),
        bounces=("未送达: 问题", "系统退信"),
        own=("2024年5月3日我写道，Jan <jan@example.org>：",),
    ),
    "zh-hant": Habits(
        answer="繼續提問。",
        attributions=(
            "Jan Jansen <jan@example.org> 於 2024年5月3日 週五 上午9:41寫道：",
            "Jan Jansen <jan@example.org> 於 2024年5月3日 上午9:41 寫道：",
            "於 2024/5/3 上午 09:41, Jan Jansen 寫道:",
        ),
        blocks=(
            block("寄件者: Jan Jansen", "寄件日期: 2024年5月3日 上午 09:41", "收件者: Piet", "主旨: 問題"),
            block("寄件者：Jan <jan@example.org>", "日期：2024年5月3日", "收件者：Piet"),
        ),
        separators=("-----原始郵件-----", "-------- 轉寄郵件 --------", "-------- 原始訊息 --------"),
        phones=("從我的 iPhone 傳送", "取得 Outlook for iOS"),
        automatic=("自動回覆: 問題",),
        bounces=("無法傳遞: 問題", "退信通知"),
        own=("2024年5月3日我寫道，Jan <jan@example.org>：",),
    ),
}
