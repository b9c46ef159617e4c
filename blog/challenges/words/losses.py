"""What is said of ledgers of which rows are missing that were signed."""

from flask_babel import gettext as _

from blog.challenges.losses import Loss
from blog.core.i18n import format_datetime_long


def loss_words(loss: Loss) -> str:
    """What is wrong with a ledger that is not signed any more, in a sentence or two for the operator."""
    if loss.signed is None:
        return _("%(ledger)s: the file that says what was signed of it cannot be read.", ledger=loss.origin)
    values = {
        "ledger": loss.origin,
        "size": loss.signed.size,
        "instant": format_datetime_long(loss.signed.at),
        "rows": loss.rows,
    }
    if loss.slug is None:
        return _(
            "%(ledger)s: %(size)s rows were signed on %(instant)s, and there is no such ledger any more.",
            **values,
        )
    return _(
        "%(ledger)s: %(size)s rows were signed on %(instant)s. It has %(rows)s rows now, and they do not go on from "
        "those.",
        **values,
    )
