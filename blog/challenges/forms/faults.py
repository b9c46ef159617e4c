"""A form that tells what an action found wrong."""

from flask_wtf import FlaskForm

from blog.core.errors import DomainError, InvalidInput


class FaultsForm(FlaskForm):
    """A form that shows the faults that an action found at their fields."""

    def show_faults(self, error: InvalidInput) -> None:
        """Put each fault at its field; a field that this form does not have tells it at the first one."""
        for name, fault in error.fields.items():
            field = self[name] if name in self else next(iter(self))
            field.errors = [*field.errors, str(fault)]

    def show_refusal(self, error: DomainError) -> str:
        """Put what an action refused at the fields that it is about; about none, it comes back as a sentence."""
        name = error.data.get("field")
        if isinstance(error, InvalidInput) and error.fields:
            self.show_faults(error)
        elif isinstance(name, str) and name in self:
            self[name].errors = [*self[name].errors, str(error)]
        else:
            return str(error)
        return ""
