"""Whole pages of reads."""

from advocacy.dashboard.queries.case import case_page, case_with_nudges
from advocacy.dashboard.queries.date import date_page
from advocacy.dashboard.queries.lists import case_list, dates
from advocacy.dashboard.queries.people import invitation_for, member_for, people_page
from advocacy.dashboard.queries.rows import whose_of
from advocacy.dashboard.queries.today import today

__all__ = [
    "case_list",
    "case_page",
    "case_with_nudges",
    "date_page",
    "dates",
    "invitation_for",
    "member_for",
    "people_page",
    "today",
    "whose_of",
]
