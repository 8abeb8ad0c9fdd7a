"""The unsent set equals the wanted set, whatever changes and in which order; the past is left as it was.

Facts, owners, members, absences, stand-ins, contacts, policies, acknowledgments, how clients may be reached
and the clock change at random, through the services or the rows; after each round the planner runs. What
should then be planned is worked out here a second time, date by date in plain Python.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Max

from advocacy.accounts.models import Membership, User
from advocacy.accounts.roles import ADVOCATE, OWNER, SUPERVISOR
from advocacy.kernel import clock
from advocacy.organisations.models import Organisation
from advocacy.organisations.scope import Door, scope
from advocacy.organisations.services import job_in
from cases.casefile.models import Case, Task
from cases.casefile.services import correct_event
from cases.clients.models import Client
from cases.clients.reach import Reach
from cases.deadlines.models import Deadline
from reminders import queries, sweep
from reminders.models import Absence, EmergencyContact, Reminder, ReminderPolicy, StandIn, State
from reminders.planning import CLIENT, LONG_AGO, shape_of, steps
from reminders.policy import Family, Policy, family_of
from tests.factories import day_before, make_client, make_denied_case, make_filed_case, make_person
from tests.reminders.box import DAY, NOW, Box, plan, send_all
from tests.reminders.telling import hand_out

pytestmark = pytest.mark.django_db

ZONES = ["America/Los_Angeles", "America/New_York", "Pacific/Honolulu", "America/Phoenix"]
Key = tuple[Any, str, Any, Any, str]


@dataclass
class World:
    """One organisation whose facts, people and choices change, and the dice that change them."""

    organisation: Organisation
    people: list[User]
    dice: random.Random
    now: datetime = NOW
    cases: list[Case] = field(default_factory=list)
    box: Box = field(default_factory=Box)

    def turn(self) -> str:
        """Change one thing, and say which."""
        acts: list[Callable[[], Any]] = [
            self.open_a_case, self.open_a_case, self.correct_a_fact, self.give_a_case_away, self.close_a_case,
            self.see_a_date, self.somebody_leaves, self.somebody_is_away, self.somebody_stands_in,
            self.a_contact_is_named, self.a_policy_changes, self.a_zone_changes, self.time_passes,
            self.a_client_chooses, self.a_client_chooses,
        ]  # fmt: skip
        act = self.dice.choice(acts)
        with scope(self.organisation.pk, door=Door.STAFF):
            act()
        return act.__name__

    def someone(self) -> User:
        return self.dice.choice(self.people)

    def open_a_case(self) -> None:
        live = Membership.objects.live().filter(user__in=self.people)
        by = self.dice.choice(list(live.select_related("user").order_by("pk"))).user
        client = make_client(by=by, now=self.now, email=f"client{len(self.cases)}@demo.example")
        if self.dice.random() < 0.6:
            ago = self.dice.choice([self.dice.randint(1, 179), self.dice.randint(165, 179)])
            case = make_denied_case(by=by, now=self.now, client=client, denied_days_ago=ago)
        else:
            ago = self.dice.randint(1, 35)
            case, _ = make_filed_case(by=by, now=self.now, client=client, filed_days_ago=ago)
        self.cases.append(case)

    def a_client_chooses(self) -> None:
        if self.cases:
            choice = {"reach": self.dice.choice([each.value for each in Reach])}
            choice |= {
                "address": self.dice.choice(["", "1 Elm Street"]),
                "phone": self.dice.choice(["", "1"]),
            }
            Client.objects.filter(pk=self.dice.choice(self.cases).client_id).update(**choice)

    def correct_a_fact(self) -> None:
        open_dates = list(Deadline.objects.open().select_related("trigger"))
        if open_dates:
            trigger = self.dice.choice(open_dates).trigger
            on = day_before(self.now, self.dice.randint(1, 170))
            correct_event(event=trigger, occurred_on=on, reason="misread", by=self.people[0], now=self.now)

    def give_a_case_away(self) -> None:
        if self.cases:
            Case.objects.filter(pk=self.dice.choice(self.cases).pk).update(owner=self.someone())

    def close_a_case(self) -> None:
        if self.cases:
            rows = Case.objects.filter(pk=self.dice.choice(self.cases).pk)
            closed = {"closed_at": None, "closed_by": None}
            if self.dice.random() < 0.5:
                closed = {"closed_at": self.now, "closed_by": self.people[0]}
            rows.update(**closed)

    def see_a_date(self) -> None:
        rows = list(Deadline.objects.open())
        if rows:
            pk = self.dice.choice(rows).pk
            Deadline.objects.filter(pk=pk).update(seen_at=self.now, seen_by=self.people[0])

    def somebody_leaves(self) -> None:
        person = self.dice.choice(self.people[1:])
        gone = None if Membership.objects.filter(user=person, left_at=None).count() == 0 else self.now
        Membership.objects.filter(user=person).update(left_at=gone)

    def somebody_is_away(self) -> None:
        person, cover = self.dice.sample(self.people, 2)
        first = clock.day(self.now, person.zone) + timedelta(days=self.dice.randint(-1, 2))
        Absence.objects.filter(user=person, ended_at=None).update(ended_at=self.now)
        Absence.objects.create(
            user=person, first_day=first, last_day=first + timedelta(days=self.dice.randint(0, 9)),
            cover=self.dice.choice([cover, None]), made_at=self.now, made_by=person,
        )  # fmt: skip

    def somebody_stands_in(self) -> None:
        person, other = self.dice.sample(self.people, 2)
        StandIn.objects.update_or_create(
            user=person, defaults={"stands_in": other, "made_at": self.now, "made_by": person}
        )

    def a_contact_is_named(self) -> None:
        EmergencyContact.objects.filter(ended_at=None).update(ended_at=self.now)
        if self.dice.random() < 0.7:
            address = f"c{self.dice.random()}@demo.example"
            EmergencyContact.objects.create(
                name="Cleo", email=address, made_at=self.now, made_by=self.people[0]
            )

    def a_policy_changes(self) -> None:
        family = self.dice.choice(list(Family)).name.lower()
        chosen = {
            "ours_days": [*sorted(self.dice.sample(range(1, 40), 3), reverse=True), 0], "ours_hours": [24, 0],
            "theirs_every_days": self.dice.randint(1, 9), "changed_at": self.now,
            "client_days": self.dice.choice([[], [7, 1], [20, 9, 2]]),
            "also": self.dice.choice([[], [SUPERVISOR.key]]), "escalate_days": self.dice.randint(1, 5),
            "changed_by": self.people[0],
        }  # fmt: skip
        ReminderPolicy.objects.update_or_create(family=family, defaults=chosen)

    def a_zone_changes(self) -> None:
        User.objects.filter(pk=self.someone().pk).update(zone=self.dice.choice(ZONES))

    def time_passes(self) -> None:
        self.now += self.dice.choice([timedelta(hours=5), DAY, 3 * DAY, 11 * DAY])


def wanted(now: datetime) -> set[Key]:
    """Work out, date by date, what is to be told to whom: the organisation is in scope."""
    roster, policies = queries.roster(now), queries.policies()
    found: set[Key] = set()
    standing = Deadline.objects.open().filter(case__closed_at=None)
    for deadline in standing.select_related("case", "client", "organisation"):
        policy = policies[family_of(deadline.rule)]
        owner = deadline.case.owner_id
        groups = [roster.told(owner, policy.also), *roster.ladder(owner, policy.also)]
        for rung, people in enumerate(groups):
            for person in people:
                today = clock.day(now, person.zone)
                for step in steps(shape_of(deadline), policy, today=today, zone=person.zone):
                    if step.rung == rung != CLIENT:
                        found.add((deadline.pk, step.name, step.on, person.id, "email"))
        if any(member.id == owner for member in roster.members):
            found |= wanted_for_client(deadline, policy, now)
    return found


def wanted_for_client(deadline: Deadline, policy: Policy, now: datetime) -> set[Key]:
    """By the way they chose, and no step that they were told in another one."""
    client, zone = deadline.client, deadline.organisation.zone
    told = Reminder.objects.filter(deadline=deadline, told_id=client.pk, state__in=["sent", "handed"])
    told_at = told.exclude(channel=client.way).aggregate(at=Max("step_at"))["at"]
    found = steps(shape_of(deadline), policy, today=clock.day(now, zone), zone=zone)
    return {
        (deadline.pk, step.name, step.on, client.pk, client.way.value)
        for step in found
        if step.rung == CLIENT and (told_at is None or step.at > told_at)
    }


def key_of(row: Reminder) -> Key:
    return row.deadline_id, row.step, row.step_on, row.told_id, row.channel


def look(world: World, sent_before: set[Any]) -> None:
    """Compare what is planned with what is wanted; what was sent stays as it was."""
    with job_in(world.organisation.pk):
        should, rows = wanted(world.now), list(Reminder.objects.all())
    by_key = {key_of(row): row for row in rows}
    assert len(by_key) == len(rows)
    planned = {key for key, row in by_key.items() if row.state == State.PLANNED}
    told_at: dict[Any, datetime] = {}
    for row in rows:
        if row.state in {State.PLANNED, State.SENT, State.HANDED, State.PARKED}:
            whom = row.deadline_id, row.told_id, row.channel
            told_at[whom] = max(row.step_at, told_at.get(whom, row.step_at))
    # What is "told in a later one" is done only while there is a later one.
    done = {
        key for key, row in by_key.items()
        if row.state in {State.SENT, State.HANDED, State.PARKED}
        or (row.state == State.COLLAPSED
            and row.step_at <= told_at.get((row.deadline_id, row.told_id, row.channel), LONG_AGO))
    }  # fmt: skip
    assert planned - should == set(), "told though nobody wants it"
    assert should - planned - done == set(), "wanted, and nobody will be told"
    newest: dict[Any, datetime] = {}
    for row in rows:
        # One step of a date for one person is due at most: the newest.
        if row.state == State.PLANNED and row.send_at <= world.now:
            assert (row.deadline_id, row.told_id) not in newest
            newest[row.deadline_id, row.told_id] = row.step_at
    with job_in(world.organisation.pk):
        assert sweep.look(now=world.now) == 0, "the sweep misses a reminder that the planner wants"
    assert sent_before <= {row.pk for row in rows if row.state == State.SENT}


def check_mails(world: World, mails: list[Any]) -> None:
    """No mail goes to anybody who is no member or contact now, and none about a date that does not stand."""
    with job_in(world.organisation.pk):
        live = Membership.objects.live().filter(organisation=world.organisation)
        addresses = set(live.values_list("user__email", flat=True))
        # Of the clients only those who may be mailed at this moment.
        addresses |= {each.email for each in Client.objects.all() if each.way == "email"}
        addresses |= set(EmergencyContact.objects.filter(ended_at=None).values_list("email", flat=True))
        told_now = Reminder.objects.filter(state=State.SENT, sent_at=world.now).select_related(
            "deadline__case"
        )
        for row in told_now:
            assert row.deadline.state == "open"
            assert row.deadline.case.closed_at is None
    assert {mail.to for mail in mails} <= addresses


def look_at_tasks(world: World) -> None:
    """An open task tells of a date that stands, and by a way that its client chose."""
    with job_in(world.organisation.pk):
        handed = Reminder.objects.filter(state=State.HANDED, task__done_at=None, task__dropped_at=None)
        for row in handed.select_related("client", "deadline", "task__case"):
            assert row.deadline.state == "open"
            assert row.task.case.closed_at is None
            assert row.channel == row.client.way != "email"
        open_ones = [(task.case_id, task.kind) for task in Task.objects.open().exclude(kind="")]
    assert len(open_ones) == len(set(open_ones))


def live(seed: int, organisation: Organisation, turns: int) -> set[str]:
    """Live one random life; return the acts that happened."""
    dice = random.Random(seed)
    people = []
    with scope(organisation.pk, door=Door.STAFF):
        for number, role in enumerate([OWNER, SUPERVISOR, ADVOCATE, ADVOCATE]):
            person = make_person(name=f"P{number} Life", now=NOW)
            User.objects.filter(pk=person.pk).update(zone=dice.choice(ZONES))
            Membership.objects.create(organisation=organisation, user=person, role=role.key, joined_at=NOW)
            people.append(person)
    world, happened = World(organisation, people, dice), set()
    for _ in range(turns):
        happened |= {world.turn() for _ in range(dice.randint(1, 3))}
        with job_in(organisation.pk):
            sent = set(Reminder.objects.filter(state=State.SENT).values_list("pk", flat=True))
        if dice.random() < 0.3:
            # A sender may wake before the planner does.
            before = len(world.box.mails)
            send_all(organisation, world.box, world.now)
            check_mails(world, world.box.mails[before:])
        hand_out(organisation, world.now)
        plan(organisation, world.now)
        look(world, sent)
        look_at_tasks(world)
        before = len(world.box.mails)
        send_all(organisation, world.box, world.now)
        check_mails(world, world.box.mails[before:])
        world.now += timedelta(minutes=dice.randint(1, 600))
    ids = [mail.message_id for mail in world.box.mails]
    assert len(ids) == len(set(ids))
    assert ids
    return happened


@pytest.mark.parametrize("seed", [1, 2])
def test_the_unsent_set_is_the_wanted_one_whatever_changes(harbor, seed):
    assert len(live(seed, harbor, turns=14)) >= 10


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 140))
def test_the_unsent_set_is_the_wanted_one_in_long_lives(harbor, seed):
    live(seed, harbor, turns=120)
