"""Who is told, and who is asked next: whoever is away, has left, or is alone."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.accounts.roles import ADVOCATE, OWNER, SUPERVISOR
from reminders.planning import RUNGS
from reminders.roster import Person, Roster

NAMES = ("ann", "ben", "cyd", "dee", "eve")


def id_of(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


def member(name: str, role: str = ADVOCATE.key) -> Person:
    return Person(id_of(name), name, "America/Los_Angeles", role=role)


def contact(name: str, of: str = "") -> Person:
    return Person(id_of(name), name, "America/Los_Angeles", is_contact=True, of=id_of(of) if of else None)


TEAM = (member("olga", OWNER.key), member("sue", SUPERVISOR.key), member("luis"), member("bea"))


def names(groups: list[list[Person]]) -> list[list[str]]:
    return [[each.name for each in group] for group in groups]


def test_the_ladder_is_stand_in_supervisors_owners_and_then_whoever_is_outside() -> None:
    here = Roster(
        TEAM, stand_ins={id_of("luis"): id_of("bea")}, contacts=(contact("home", "luis"), contact("ruth"))
    )

    # Four rungs there are: with a stand-in the two kinds of address share the last.
    assert names(here.ladder(id_of("luis"))) == [["bea"], ["sue"], ["olga"], ["home", "ruth"]]


def test_without_a_stand_in_ones_other_address_is_asked_before_anybody_outside() -> None:
    here = Roster(TEAM, contacts=(contact("home", "luis"), contact("ruth")))

    assert names(here.ladder(id_of("luis"))) == [["sue"], ["olga"], ["home"], ["ruth"]]


def test_an_organisation_of_one_asks_its_other_address_and_then_the_person_outside() -> None:
    here = Roster(TEAM[:1], contacts=(contact("home", "olga"), contact("ruth")))

    assert names(here.ladder(id_of("olga"))) == [["home"], ["ruth"]]
    assert Roster(TEAM[:1]).ladder(id_of("olga")) == []


def test_the_other_address_of_somebody_who_was_not_asked_is_left_in_peace() -> None:
    here = Roster(TEAM, contacts=(contact("home", "bea"),))

    assert names(here.ladder(id_of("luis"))) == [["sue"], ["olga"]]
    assert names(here.ladder(id_of("bea")))[-1] == ["home"]


def test_a_cover_who_has_left_is_as_none() -> None:
    here = Roster(TEAM, away={id_of("luis"): id_of("gone")})

    assert [each.name for each in here.told(id_of("luis"))] == ["olga"]


people = st.lists(st.sampled_from(NAMES), unique=True, min_size=1)
roles = st.sampled_from([OWNER.key, SUPERVISOR.key, ADVOCATE.key])


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Any team, with any absences, covers that may have left, stand-ins and contacts."""
    team = [member(name, draw(roles)) for name in draw(people)]
    some = st.sampled_from(NAMES).map(id_of)
    contacts = [contact("home", draw(st.sampled_from(NAMES))), contact("ruth")]
    return Roster(
        team,
        away=draw(st.dictionaries(some, some | st.none())),
        stand_ins=draw(st.dictionaries(some, some)),
        contacts=draw(st.sampled_from([contacts, contacts[:1], contacts[1:], []])),
    )


@given(rosters(), st.sampled_from(NAMES))
def test_whatever_happens_somebody_is_told_and_nobody_twice(roster: Roster, owner: str) -> None:
    groups = [roster.told(id_of(owner)), *roster.ladder(id_of(owner))]
    everybody = [each.id for group in groups for each in group]

    assert groups[0]
    assert all(groups)
    assert len(everybody) == len(set(everybody))
    assert len(groups) <= 1 + len(RUNGS)
    # Who is away is asked only where everybody is.
    here = [each.id for each in roster.members if each.id not in roster.away]
    members = {each.id for each in roster.members}
    assert not here or not {each for each in everybody if each in members} - set(here)


@pytest.mark.parametrize("key", ["luis", "olga"])
def test_roles_that_are_told_anyhow_are_not_asked_again(key: str) -> None:
    here = Roster(TEAM)

    told = {each.name for each in here.told(id_of(key), [SUPERVISOR.key])}
    assert told == {key, "sue"}
    assert "sue" not in {each.name for group in here.ladder(id_of(key), [SUPERVISOR.key]) for each in group}
