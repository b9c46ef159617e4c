from wtforms import FileField as FileField
from wtforms.validators import DataRequired

class FileRequired(DataRequired): ...

class FileAllowed:
    def __init__(self, upload_set: list[str], message: str | None = None) -> None: ...
