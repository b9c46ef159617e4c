# What we use of Flask-WTF 1.3, with types; the package itself has none.

from collections.abc import Mapping

from markupsafe import Markup
from wtforms import Form

class FlaskForm(Form):
    def __init__(
        self,
        formdata: object = ...,
        obj: object | None = None,
        prefix: str = "",
        data: Mapping[str, object] | None = None,
        meta: Mapping[str, object] | None = None,
        **kwargs: object,
    ) -> None: ...
    def is_submitted(self) -> bool: ...
    def validate_on_submit(self, extra_validators: Mapping[str, object] | None = None) -> bool: ...
    def hidden_tag(self, *fields: object) -> Markup: ...
