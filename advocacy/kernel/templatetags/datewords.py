"""Dates in words, for templates: the same words as everywhere else."""

from datetime import date, datetime, time

from django import template
from django.utils.timezone import localtime

from advocacy.kernel import text

register = template.Library()


@register.filter
def legal_day(day: date) -> str:
    """`Thu, Nov 26, 2026`."""
    return text.legal_day(day)


@register.filter
def legal_instant(instant: datetime, with_time: bool = False) -> str:
    """The Pacific day of an instant, in words; with its time, as clocks in hours need it."""
    local = localtime(instant)
    day = text.legal_day(local.date())
    return f"{day}, {text.time_of_day(local, str(local.tzinfo))}" if with_time else day


@register.filter
def moment(instant: datetime) -> str:
    """`Wed, Nov 25, 4:10 pm`, in the zone that is active."""
    local = localtime(instant)
    return f"{text.short_day(local.date())}, {text.time_of_day(local, str(local.tzinfo))}"


@register.filter
def clock_time(at: time) -> str:
    """`4:10 pm`."""
    return text.wall_time(at)
