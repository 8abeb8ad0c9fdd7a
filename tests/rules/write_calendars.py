"""Writes calendars.json, the oracle's holidays: python -m tests.rules.write_calendars

Worked out from the statutes, list by list, without a look at the engine's own lists. Only the days that
follow the moon come from elsewhere: the package `holidays`, which names the countries they are kept in.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays

FILE = Path(__file__).with_name("calendars.json")
YEARS = range(2023, 2035)
MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 3, 4, 5, 6
DAY = timedelta(days=1)

LISTS = {
    "judicial": {
        "law": "Code of Civil Procedure 135",
        "verified_to": "2027-12-31",
        "why": "Every act of 2026 that adds a holiday excepts it from section 135; later acts are not known.",
    },
    "state_office": {
        "law": "Government Code 19853(a)-(b)",
        "verified_to": "2027-08-31",
        "why": "AB 1841 (2026) may close state offices on Native American Day from September 2027.",
    },
    "gov_6700": {
        "law": "Government Code 6700, 6701",
        "verified_to": "2026-12-31",
        "why": "The Eids and April 14 come in 2027; no office has published the dates that follow the moon.",
    },
    "federal": {
        "law": "5 U.S.C. 6103(a), without observed days",
        "verified_to": "2027-12-31",
        "why": "Set by the law itself; only an act of Congress would change it.",
    },
}


def nth(year: int, month: int, weekday: int, number: int) -> date:
    day = date(year, month, 1)
    while day.weekday() != weekday:
        day += DAY
    return day + timedelta(weeks=number - 1)


def last_monday_of_may(year: int) -> date:
    day = date(year, 5, 31)
    while day.weekday() != MONDAY:
        day -= DAY
    return day


def thanksgiving(year: int) -> date:
    return nth(year, 11, THURSDAY, 4)


# -- the moon ---------------------------------------------------------------------------------------------

# The Eids as computed for Mecca, which most calendars of North America follow too.
MOON = {
    "Lunar New Year": ("China", "Chinese New Year (Spring Festival)", 2023),
    "Diwali": ("India", "Diwali", 2026),
    "Eid al-Fitr": ("UnitedArabEmirates", "Eid al-Fitr", 2027),
    "Eid al-Adha": ("UnitedArabEmirates", "Eid al-Adha", 2027),
}
ESTIMATED = " (estimated)"
# China closes for several days of the same name; the law means the first.
ONE_A_YEAR = {"Lunar New Year", "Diwali"}


def of_the_moon(name: str) -> Iterator[tuple[date, bool]]:
    """Give each day that bears the name, and whether the package calls it estimated."""
    country, called, first_year = MOON[name]
    years = [year for year in YEARS if year >= first_year]
    found = getattr(holidays, country)(years=years, language="en_US")
    seen = set()
    for day, words in sorted(found.items()):
        for each in words.split("; "):
            repeated = name in ONE_A_YEAR and day.year in seen
            if each.removesuffix(ESTIMATED) == called and day.year in years and not repeated:
                seen.add(day.year)
                yield day, each.endswith(ESTIMATED)


MOON_DAYS = {name: [day for day, _ in of_the_moon(name)] for name in MOON}


def lunar() -> list[dict[str, Any]]:
    """Say of each such day where it comes from, and whether it is an estimate."""
    published = LISTS["gov_6700"]["verified_to"]
    days = [
        {
            "day": day.isoformat(),
            "name": name,
            "from": f"holidays.{MOON[name][0]}",
            "estimate": estimated or day.isoformat() > published,
        }
        for name in MOON
        for day, estimated in of_the_moon(name)
    ]
    return sorted(days, key=lambda each: each["day"])


# -- the lists, each as its section puts it ------------------------------------------------------------------

Named = dict[str, set[date]]


def of_section_6700(year: int) -> Named:
    days = {
        "January 1": {date(year, 1, 1)},
        "Martin Luther King Day": {nth(year, 1, MONDAY, 3)},
        "February 12": {date(year, 2, 12)},
        "third Monday in February": {nth(year, 2, MONDAY, 3)},
        "March 31": {date(year, 3, 31)},
        "April 24": {date(year, 4, 24)},
        "last Monday in May": {last_monday_of_may(year)},
        "June 19": {date(year, 6, 19)},
        "July 4": {date(year, 7, 4)},
        "first Monday in September": {nth(year, 9, MONDAY, 1)},
        "September 9": {date(year, 9, 9)},
        "Native American Day": {nth(year, 9, FRIDAY, 4)},
        "Columbus Day": {nth(year, 10, MONDAY, 2)},
        "November 11": {date(year, 11, 11)},
        # Not in the list by name: the day that is appointed for it every year.
        "Thanksgiving": {thanksgiving(year)},
        "December 25": {date(year, 12, 25)},
    }
    if year >= 2027:
        days["April 14"] = {date(year, 4, 14)}
    for name, all_days in MOON_DAYS.items():
        days[name] = {day for day in all_days if day.year == year}
    # Good Friday is a holiday from noon to three: never a whole day. Sundays are no dates to list.
    return moved(days)


MOVED_FROM_SUNDAY = {
    *("January 1", "February 12", "March 31", "July 4", "September 9", "November 11", "December 25"),
}


def moved(days: Named) -> Named:
    """Section 6701: from a Sunday to Monday too; November 11 from a Saturday to Friday too."""
    for name in MOVED_FROM_SUNDAY & days.keys():
        (day,) = days[name]
        if day.weekday() == SUNDAY:
            days[name] = {day, day + DAY}
        elif day.weekday() == SATURDAY and name == "November 11":
            days[name] = {day - DAY, day}
    return days


def judicial(year: int) -> set[date]:
    """The whole days of section 6700, without those that section 135 excepts, and one more."""
    excepted = {"Lunar New Year", "April 14", "April 24", "September 9", "Columbus Day", "Diwali"}
    excepted |= {"Eid al-Fitr", "Eid al-Adha"}
    kept = [days for name, days in of_section_6700(year).items() if name not in excepted]
    return set().union(*kept) | {thanksgiving(year) + DAY}


def state_office(year: int) -> set[date]:
    days = moved(
        {
            "January 1": {date(year, 1, 1)},
            "March 31": {date(year, 3, 31)},
            "July 4": {date(year, 7, 4)},
            "November 11": {date(year, 11, 11)},
            "December 25": {date(year, 12, 25)},
        }
    )
    return set().union(*days.values()) | {
        nth(year, 1, MONDAY, 3),
        nth(year, 2, MONDAY, 3),
        last_monday_of_may(year),
        nth(year, 9, MONDAY, 1),
        thanksgiving(year),
        thanksgiving(year) + DAY,
    }


def gov_6700(year: int) -> set[date]:
    return set().union(*of_section_6700(year).values())


def federal(year: int) -> set[date]:
    return {
        date(year, 1, 1),
        nth(year, 1, MONDAY, 3),
        nth(year, 2, MONDAY, 3),
        last_monday_of_may(year),
        date(year, 6, 19),
        date(year, 7, 4),
        nth(year, 9, MONDAY, 1),
        nth(year, 10, MONDAY, 2),
        date(year, 11, 11),
        thanksgiving(year),
        date(year, 12, 25),
    }


DAYS_OF: dict[str, Callable[[int], set[date]]] = {
    "judicial": judicial,
    "state_office": state_office,
    "gov_6700": gov_6700,
    "federal": federal,
}


def text() -> str:
    """Give the whole file."""
    lists = {
        name: said | {"days": sorted(day.isoformat() for year in YEARS for day in DAYS_OF[name](year))}
        for name, said in LISTS.items()
    }
    return json.dumps({"lists": lists, "lunar": lunar()}, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"Wrote {FILE.name}.")
