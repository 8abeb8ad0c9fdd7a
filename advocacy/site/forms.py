"""What guards a form that anybody may send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# A box that people do not see. What fills it in is a machine, or a browser that guesses.
TRAP = "homepage"
TRAPPED = _("A box that is hidden was filled in. We have emptied it. Please send it once more.")
TOO_MANY = _("Too many people write to us right now. Please call us, or try again in an hour.")


def was_trapped(form: forms.BaseForm, data: Any) -> bool:
    """Refuse a form whose hidden box is filled; a person sees why, and sends it again."""
    if data.get(TRAP):
        form.add_error(None, TRAPPED)
        return True
    return False
