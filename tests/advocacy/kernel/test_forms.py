"""The three-box date: what it accepts, what it says, and how it is drawn."""

import datetime
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.test import RequestFactory

from advocacy.kernel.forms import DateBoxes, ThreeBoxDateField, TimeOfDayField


class LetterForm(forms.Form):
    came = ThreeBoxDateField(
        what="the day the letter came",
        label="When did the plan’s letter come?",
        help_text="For example, 5 26 2026.",
    )
    about = forms.CharField(label="What is it about?", help_text="A few words.")
    remark = forms.CharField(label="Remark", required=False, widget=forms.Textarea)
    way = forms.ChoiceField(choices=[("mail", "Mail"), ("fax", "Fax")], widget=forms.RadioSelect)
    seen = forms.BooleanField(label="I have read it")
    secret = forms.CharField(widget=forms.PasswordInput)


def clean(month: str, day: str, year: str, **options: Any) -> datetime.date | None:
    return ThreeBoxDateField(what="the day the letter came", **options).clean([month, day, year])


def drawn(form: forms.Form, name: str = "ui/form.html", **context: Any) -> str:
    return render_to_string(
        name, {"form": form, "submit": "Save the letter", **context}, RequestFactory().get("/")
    )


def post(**changes: str) -> LetterForm:
    data = {"came_month": "5", "came_day": "26", "came_year": "2026", "about": "x", "way": "mail"}
    return LetterForm({**data, "seen": "on", "secret": "s", **changes})


@pytest.mark.parametrize(
    ("month", "day", "year"),
    [("5", "26", "2026"), ("05", "26", "2026"), (" 5 ", "26", "2026"), ("May", "26", "2026")],
)
def test_a_date_is_read_as_typed(month: str, day: str, year: str) -> None:
    assert clean(month, day, year) == datetime.date(2026, 5, 26)


def test_month_names_may_be_short() -> None:
    assert clean("Sept.", "1", "2026") == datetime.date(2026, 9, 1)
    assert clean("dec", "31", "2026") == datetime.date(2026, 12, 31)


def test_leap_day_exists_only_in_leap_years() -> None:
    assert clean("2", "29", "2028") == datetime.date(2028, 2, 29)
    with pytest.raises(ValidationError, match="February 2026 has 28 days"):
        clean("2", "29", "2026")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("", "", ""), "Enter the day the letter came"),
        (("5", "", "2026"), "Enter the day the letter came: the day is missing"),
        (("", "26", ""), "Enter the day the letter came: the month and the year are missing"),
        (("6", "31", "2026"), "Enter the day the letter came: June 2026 has 30 days"),
        (("6", "0", "2026"), "Enter the day the letter came: June 2026 has 30 days"),
        (("13", "1", "2026"), "Enter the day the letter came: the month is a number from 1 to 12"),
        (("5", "26", "26"), "Enter the day the letter came: write the year with four digits, like 2026"),
        (("5", "26", "0026"), "Enter the day the letter came: write the year with four digits, like 2026"),
        (("5", "x", "2026"), "Enter the day the letter came in numbers, like 5 26 2026"),
        (("Zayo", "1", "2026"), "Enter the day the letter came in numbers, like 5 26 2026"),
        (("5", "٣", "2026"), "Enter the day the letter came in numbers, like 5 26 2026"),
        (("5", "9" * 5000, "2026"), "Enter the day the letter came in numbers, like 5 26 2026"),
        (("-5", "1", "2026"), "Enter the day the letter came in numbers, like 5 26 2026"),
    ],
)
def test_each_fault_is_said_in_words(typed: tuple[str, str, str], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        clean(*typed)

    assert refused.value.messages == [words]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"label": "Day the letter came"}, "Enter the day the letter came"),
        ({"label": "The right day"}, "Enter the right day"),
        ({"label": "When did it come?"}, "Enter the date"),
        ({}, "Enter the date"),
        ({"error_messages": {"required": "Enter both days"}}, "Enter both days"),
    ],
)
def test_the_words_come_from_the_label(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ThreeBoxDateField(**options).clean(["", "", ""])

    assert refused.value.messages == [words]


def test_an_optional_date_may_stay_empty_but_not_half_filled() -> None:
    assert clean("", " ", "", required=False) is None
    with pytest.raises(ValidationError):
        clean("5", "", "", required=False)


def test_validators_run_on_the_date() -> None:
    def refuse(_: datetime.date) -> None:
        raise ValidationError("Too late")

    with pytest.raises(ValidationError, match="Too late"):
        clean("5", "26", "2026", validators=[refuse])


def test_the_boxes_show_a_saved_date() -> None:
    assert DateBoxes().decompress(datetime.date(2026, 5, 6)) == ["5", "6", "2026"]
    assert DateBoxes().decompress("2026-05-06") == ["5", "6", "2026"]
    assert DateBoxes().decompress("soon") == ["", "", ""]
    assert DateBoxes().decompress(None) == ["", "", ""]


def test_an_unchanged_date_counts_as_unchanged() -> None:
    day = datetime.date(2026, 5, 26)
    form = LetterForm({"came_month": "5", "came_day": "26", "came_year": "2026"}, initial={"came": day})

    assert "came" not in form.changed_data


def test_what_was_typed_stays_in_the_boxes() -> None:
    html = drawn(post(came_day="<x>", came_year="26"))

    assert 'name="came_month" id="id_came_0" value="5"' in html
    assert 'value="&lt;x&gt;"' in html
    assert 'name="came_year" id="id_came_2" value="26"' in html


def test_the_boxes_form_a_group_named_by_the_question() -> None:
    html = drawn(LetterForm())

    assert '<fieldset class="field" aria-describedby="id_came_helptext">' in html
    for number, words in enumerate(("Month", "Day", "Year")):
        assert f'<label for="id_came_{number}">{words}</label>' in html
    assert "There is a problem" not in html
    assert "aria-invalid" not in html


def test_hint_comes_before_error_and_both_are_named() -> None:
    html = drawn(post(came_day="", about=""))

    assert 'aria-describedby="id_came_helptext id_came_error"' in html
    assert 'aria-describedby="id_about_helptext id_about_error"' in html
    about = html[html.index('for="id_about"') :]
    assert about.index("id_about_helptext") < about.index("id_about_error") < about.index("<input")


def test_the_summary_says_the_same_words_and_leads_to_the_field() -> None:
    html = drawn(post(came_month="", came_day="", came_year="", way="", seen=""))

    assert '<a href="#id_came_0">Enter the day the letter came</a>' in html
    assert '<a href="#id_way_0">' in html
    assert '<a href="#id_seen">' in html
    for target in ("id_came_0", "id_way_0", "id_seen"):
        assert f'id="{target}"' in html


def test_errors_of_the_whole_form_stand_in_the_summary() -> None:
    form = post()
    form.add_error(None, "This letter is on file already")

    assert "<li>This letter is on file already</li>" in drawn(form)


def test_only_optional_fields_say_so() -> None:
    html = drawn(LetterForm())

    assert html.count("(optional)") == 1
    assert "(optional)" in html[html.index('for="id_remark"') : html.index("<textarea")]


def test_no_part_of_a_form_needs_inline_style_or_script() -> None:
    html = drawn(post(came_day=""))

    assert "style=" not in html
    assert "<script" not in html
    assert " on" not in html.replace(" on file", "").replace(" on the", "").split("novalidate")[0]


def test_a_password_can_be_shown_once_the_script_runs() -> None:
    html = drawn(LetterForm())

    assert "data-show-password-line hidden" in html
    assert 'data-show-password="id_secret"' in html


def time_of(text: str) -> datetime.time | None:
    return TimeOfDayField(what="the time of the call").clean(text)


@pytest.mark.parametrize(
    "typed", ["4:10 pm", " 4:10PM ", "4.10 p.m.", "4 10 pm", "410pm", "04:10 p", "16:10", "16.10", "1610"]
)
def test_a_time_is_read_as_people_write_it(typed: str) -> None:
    assert time_of(typed) == datetime.time(16, 10)


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("12 am", 0, 0),
        ("12:30 pm", 12, 30),
        ("9am", 9, 0),
        ("09:05", 9, 5),
        ("00:15", 0, 15),
        ("23:59", 23, 59),
    ],
)
def test_noon_midnight_and_the_hours_between(typed: str, hour: int, minute: int) -> None:
    assert time_of(typed) == datetime.time(hour, minute)


@pytest.mark.parametrize("typed", ["4:10", "4", "12:30", "1130"])
def test_an_hour_that_may_be_morning_or_afternoon_is_asked_for(typed: str) -> None:
    with pytest.raises(ValidationError, match="Enter the time of the call with am or pm, like 4:10 pm"):
        time_of(typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the time of the call"),
        ("  ", "Enter the time of the call"),
        ("afternoon", "Enter the time of the call like 4:10 pm, or 16:10"),
        ("16", "Enter the time of the call like 4:10 pm, or 16:10"),
        ("٤:10 pm", "Enter the time of the call like 4:10 pm, or 16:10"),
        ("9" * 5000, "Enter the time of the call like 4:10 pm, or 16:10"),
        ("16:10 pm", "Enter the time of the call like 4:10 pm: there is no such time"),
        ("4:60 pm", "Enter the time of the call like 4:10 pm: there is no such time"),
        ("24:00", "Enter the time of the call like 4:10 pm: there is no such time"),
        ("0 am", "Enter the time of the call like 4:10 pm: there is no such time"),
    ],
)
def test_a_wrong_time_is_said_in_words(typed: str, words: str) -> None:
    with pytest.raises(ValidationError) as said:
        time_of(typed)

    assert said.value.messages == [words]


def test_a_time_that_is_known_is_shown_as_we_say_it_and_what_was_typed_stays() -> None:
    field = TimeOfDayField(what="the time")

    assert field.prepare_value(datetime.time(0, 5)) == "12:05 am"
    assert field.prepare_value(datetime.time(13, 30)) == "1:30 pm"
    assert field.prepare_value("quarter past") == "quarter past"
    assert TimeOfDayField(what="the time", required=False).clean("") is None
