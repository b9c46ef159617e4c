"""What mail programs write in Japanese. Gmail's line above a quotation has no verb: it is known by its form."""

from blog.mailroom.parser.languages.wording import Wording

JAPANESE = Wording(
    openers=("令和", "平成"),
    verbs=(
        "のメール",
        "のメッセージ",
        "さんは書きました",
        "は書きました",
        "が書きました",
        "さんが書きました",
    ),
    own=("私は書きました", "私が書きました", "私のメール", "私のメッセージ"),
    labels={
        "from": ("差出人", "送信者", "送信元"),
        "date": ("送信日時", "日時", "日付", "送信日"),
        "to": ("宛先", "受信者"),
        "subject": ("件名",),
        "copy": ("cc", "写し"),
    },
    separators=(
        "元のメッセージ",
        "転送メッセージ",
        "転送されたメッセージ",
        "元のメール",
        "返信元のメッセージ",
    ),
    announcements=("転送されたメッセージ", "以下は転送されたメッセージです"),
    devices_sign=("outlook for ios を入手", "outlook for android を入手"),
    devices_end=("から送信", "から送信されました", "から送信しました"),
    greetings=(
        "こんにちは",
        "こんばんは",
        "おはようございます",
        "はじめまして",
        "拝啓",
        "お世話になっております",
        "お世話になります",
    ),
    closings=(
        "よろしくお願いします",
        "よろしくお願いいたします",
        "宜しくお願いします",
        "宜しくお願い致します",
        "敬具",
        "以上",
        "ありがとうございます",
        "草々",
    ),
    automatic=("自動応答", "自動返信", "自動送信"),
    absent=("不在通知", "不在のお知らせ"),
    undelivered=("配信不能", "配信不可", "配信されませんでした", "送信できませんでした", "未配信"),
    replied=("re", "返信"),
)
