"""Form parts that every feature may use: a date in three boxes, a time of day, short answers in a row.

A date from a letter is copied, not picked, so it is typed as month, day and year. The field says in
words what is missing or wrong and never clears what was typed.
"""

import calendar
import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any, cast

from babel.dates import get_month_names
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advocacy.kernel import clock
from advocacy.kernel.errors import Refusal
from advocacy.kernel.lifecycle import Move
from advocacy.kernel.text import wall_time

REPRESENTATIVE = "representative"
SPEAKERS = [
    ("client", "The client, or a parent or guardian"),
    (REPRESENTATIVE, "Somebody for the client: we, or another representative"),
]
PARTS = (("month", _("Month")), ("day", _("Day")), ("year", _("Year")))
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
# 4:10 pm, 4.10 p.m., 4pm, 16:10, 1610.
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.\s]?(?P<minute>\d{2}))?\s*(?:(?P<half>[ap])\.?\s*m?\.?)?", re.ASCII
)


class DateBoxes(forms.MultiWidget):
    """Month, day and year as three text boxes; `ui/field.html` draws them with their labels."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "aria-label": words})
            for name, words in PARTS
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, str):
            try:
                value = datetime.date.fromisoformat(value[:10])
            except ValueError:
                return ["", "", ""]
        if isinstance(value, datetime.date):
            return [str(value.month), str(value.day), str(value.year)]
        return ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for box, (part, words) in zip(context["widget"]["subwidgets"], PARTS, strict=True):
            box["part"], box["words"] = part, words
        return context


class RadioRow(forms.RadioSelect):
    """A few short answers side by side: yes, no, not known; `ui/field.html` draws them so."""


class ThreeBoxDateField(forms.MultiValueField):
    """A date typed as month, day and year.

    `what` ends the sentence "Enter …", so that an error asks for the thing in its own words. Left
    out, it is read from a label that names a day ("Day the letter came"); a question needs it.
    """

    widget = DateBoxes

    def __init__(self, *, what: str = "", **kwargs: Any) -> None:
        label = str(kwargs.get("label") or "")
        named = label if label and not label.endswith("?") else "date"
        named = named[0].lower() + named[1:]
        self.what = what or (named if named.startswith("the ") else f"the {named}")
        messages = {"required": f"Enter {self.what}"} | (kwargs.pop("error_messages", None) or {})
        kwargs["error_messages"] = messages
        boxes = [forms.CharField(required=False) for _ in PARTS]
        super().__init__(boxes, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> datetime.date | None:
        if not isinstance(value, (list, tuple)):
            value = cast(DateBoxes, self.widget).decompress(value)
        typed = [str(part or "").strip() for part in value]
        if not any(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        day = self.compress(typed)
        self.run_validators(day)
        return day

    def compress(self, data_list: Sequence[str]) -> datetime.date:
        typed = [*data_list, "", "", ""][: len(PARTS)]
        names = (gettext("the month"), gettext("the day"), gettext("the year"))
        missing = [name for name, text in zip(names, typed, strict=True) if not text]
        if missing:
            said = ngettext(
                "Enter %(what)s: %(parts)s is missing", "Enter %(what)s: %(parts)s are missing", len(missing)
            )
            raise self._wrong(said, "incomplete", parts=gettext(" and ").join(missing))
        month, day, year = self._month(typed[0]), self._number(typed[1]), self._year(typed[2])
        if not 1 <= month <= 12:
            raise self._wrong(gettext("Enter %(what)s: the month is a number from 1 to 12"), "month")
        last = calendar.monthrange(year, month)[1]
        if not 1 <= day <= last:
            name = get_month_names("wide", locale=(get_language() or "en")[:2])[month]
            said = gettext("Enter %(what)s: %(month)s %(year)s has %(last)s days")
            raise self._wrong(said, "day", month=name, year=year, last=last)
        return datetime.date(year, month, day)

    def _month(self, text: str) -> int:
        """A number, or a name a person may write in the box ("May", "Sept", "mayo")."""
        word = text.rstrip(".").lower()
        if word.isalpha() and len(word) >= 3:
            for language in ("en", "es"):
                for number, name in get_month_names("wide", locale=language).items():
                    if name.lower().startswith(word):
                        return int(number)
        return self._number(text)

    def _year(self, text: str) -> int:
        year = self._number(text)
        if len(text) != 4 or not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise self._wrong(gettext("Enter %(what)s: write the year with four digits, like 2026"), "year")
        return year

    def _number(self, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 4):
            raise self._wrong(gettext("Enter %(what)s in numbers, like 5 26 2026"), "number")
        return int(text)

    def _wrong(self, said: str, code: str, **words: object) -> ValidationError:
        return ValidationError(said % ({"what": self.what} | words), code=code)


class TimeOfDayField(forms.Field):
    """A time typed as people write it: "4:10 pm", "4pm", "16:10". Staff only: it speaks English.

    `what` ends the sentence "Enter …". An hour that may be morning or afternoon is asked for, not guessed.
    """

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        self.what = what
        messages = {"required": f"Enter {what}"} | (kwargs.pop("error_messages", None) or {})
        widget = forms.TextInput(attrs={"autocomplete": "off", "maxlength": "20", "size": "10"})
        super().__init__(**({"widget": widget} | kwargs), error_messages=messages)

    def to_python(self, value: Any) -> datetime.time | None:
        if isinstance(value, datetime.time):
            return value
        text = str(value or "").strip().lower()
        return self._read(text) if text else None

    def _read(self, text: str) -> datetime.time:
        match = _TIME.fullmatch(text)
        if match is None:
            raise self._wrong("like 4:10 pm, or 16:10")
        hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
        if half is None and 1 <= hour <= 12 and not text.startswith("0"):
            raise self._wrong("with am or pm, like 4:10 pm")
        if half is None and match["minute"] is None:
            raise self._wrong("like 4:10 pm, or 16:10")
        if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
            raise self._wrong("like 4:10 pm: there is no such time")
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        return datetime.time(hour, minute)

    def _wrong(self, said: str) -> ValidationError:
        return ValidationError(f"Enter {self.what} {said}", code="time")

    def prepare_value(self, value: Any) -> Any:
        """Write a time as we say it; what was typed stays as it was typed."""
        if isinstance(value, datetime.time):
            return wall_time(value)
        return value


class WithHour(forms.Form):
    """A form that asks for a day, and for its hour where a clock of hours may start from it.

    `day_field` names the field of the day. Once the form is valid, `cleaned_data[instant]` is the instant
    in California, None where the hour is not known.
    """

    hour = TimeOfDayField(
        what="the time", label="At what time?", required=False,
        help_text="In California, like 4:10 pm. Leave it empty if the paper does not say.",
    )  # fmt: skip
    day_field, instant = "on", "at"

    def __init__(self, *args: Any, asks_hour: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_hour:
            self.order_fields([self.day_field, "hour"])
        else:
            del self.fields["hour"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        on, hour = cleaned.get(self.day_field), cleaned.pop("hour", None)
        cleaned[self.instant] = None
        if on and hour is not None:
            try:
                cleaned[self.instant] = clock.instant_of(on, hour, settings.TIME_ZONE)
            except Refusal as refusal:
                self.add_error("hour", refusal.words)
        return cleaned


class FilingForm(WithHour):
    """A filing: its day and hour, who files, and, where nobody may speak for the client, why all the same.

    `unheard(day)` says why the body that gets the filing speaks with nobody for the client, "" if it does.
    """

    day_field, instant = "filed_on", "filed_at"
    speaker = forms.ChoiceField(label="Who files?", choices=SPEAKERS, widget=forms.RadioSelect)

    def __init__(
        self, data: Any = None, *, unheard: Callable[[datetime.date], str], asks_hour: bool = False
    ) -> None:
        super().__init__(data, asks_hour=asks_hour)
        self.unheard = unheard
        words = unheard(clock.day(clock.now(), settings.TIME_ZONE))
        if words:
            self.fields["speaker"].help_text = words
        if words or "because" in self.data:
            self._ask_why()

    def _ask_why(self) -> None:
        self.fields["all_the_same"] = forms.BooleanField(
            label="File all the same, without an authorization", required=False
        )
        self.fields["because"] = forms.CharField(
            label="Why without an authorization?", required=False, max_length=300,
            help_text="Only if somebody files for the client. It is kept with the filing.",
        )  # fmt: skip
        self.order_fields([self.day_field, "hour", "speaker", "all_the_same", "because"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        on, ticked = cleaned.get(self.day_field), cleaned.pop("all_the_same", False)
        because, cleaned["because"] = cleaned.get("because", ""), ""
        words = self.unheard(on) if on and cleaned.get("speaker") == REPRESENTATIVE else ""
        if not words:
            return cleaned
        if "because" not in self.fields:
            # In force today, and not on that day.
            self._ask_why()
        if not ticked:
            self.add_error("all_the_same", f"{words} Get it first, or tick this and say why")
        elif not because:
            self.add_error("because", "Say why it is filed without an authorization")
        cleaned["because"] = because
        return cleaned


class MoveForm(WithHour):
    """What the common page of a declared move asks: its day, and what else the move names."""

    def __init__(self, data: Any = None, *, move: Move, asks_hour: bool = False) -> None:
        super().__init__(data, asks_hour=asks_hour)
        self.fields["on"] = ThreeBoxDateField(label=move.day)
        self.order_fields(["on"])
        if move.answers:
            self.fields["outcome"] = forms.ChoiceField(
                label=move.question, choices=move.answers, widget=forms.RadioSelect
            )
        for name, label in (("reference", move.asks_reference), ("reason", move.asks_reason)):
            if label:
                self.fields[name] = forms.CharField(label=label, max_length=300)

    @property
    def said(self) -> dict[str, Any]:
        """The day, its instant, the outcome and the details as a service takes them; of a valid form."""
        details = {name: self.cleaned_data[name] for name in ("reference", "reason") if name in self.fields}
        return {
            "on": self.cleaned_data["on"],
            "at": self.cleaned_data["at"],
            "outcome": self.cleaned_data.get("outcome", ""),
            "details": details,
        }
