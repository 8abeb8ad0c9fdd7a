"""The reminders of one organisation as a source of the delivery loop (advocacy.mail.delivery)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, connection
from django.db.models import F

from advocacy.mail.delivery import MAX_ATTEMPTS, claim_together
from advocacy.mail.messages import Message
from advocacy.organisations.services import job_in
from reminders import queries
from reminders.letters import compose
from reminders.models import Attempt, Reminder, State
from reminders.planning import CLIENT
from reminders.policy import Family, Policy
from reminders.roster import Roster
from reminders.services import gathering, rechecking
from reminders.services.picking import (
    CLAIM,
    HOLD,
    MARK_SENT,
    NEXT_MAILS,
    RENEW,
    STANDING,
    STANDING_OF_DATES,
    TAKE_APART,
)

# A lease may be used up by so small a share when a mail begins: what is left outlasts the longest send.
FRESH_SHARE = 6

# Of the backend of advocacy.organisations, which Django's types do not know.
_database: Any = connection


def organisations_with_work(at: datetime) -> list[UUID]:
    """Return who has reminders due, most overdue first: the one question asked across organisations.

    Of those that are due since the same moment, as at eight o'clock, another one comes first each time: the
    last of them would be served by no sender that ends early.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id FROM reminders_due(%s) ORDER BY earliest, random()", [at])
        return [row[0] for row in cursor.fetchall()]


@dataclass
class ReminderClaim:
    """One claimed mail: one reminder, or several to one person. Each step of its life is a transaction.

    `time_left` is how long the soonest of our own dates in it still runs, None if none of ours is.
    """

    organisation_id: UUID
    mail_id: UUID
    ids: Sequence[UUID]
    token: UUID
    attempts: int
    claimed_at: datetime
    lease: timedelta
    time_left: timedelta | None = None
    rows: list[Reminder] = field(default_factory=list)
    read: "Reading | None" = None

    def message(self, now: datetime) -> Message | None:
        """Re-check version, state, policy, recipient and lease, then render with today's true days left."""
        with job_in(self.organisation_id):
            standing = self._standing(now)
            if not standing:
                return None
            if self.read is None or not self.read.still_holds(self.rows, standing, now):
                self.read = None
                found = self._ours().select_related(*rechecking.TOLD)
                self.rows = list(found.order_by("deadline__act_at", "pk"))
            try:
                return self._written(now)
            except Exception as error:
                if len(self.rows) < 2 or isinstance(error, DatabaseError):
                    raise
                # One of them cannot be written: from now on each goes alone, and the others go.
                self._ours().update(mail_id=F("pk"), lease_until=None)
                return None

    def _standing(self, now: datetime) -> list[tuple[Any, ...]]:
        """Return how the rows stand; nothing if they are another's.

        Where the mails before this one took long its lease runs anew: a slow server never makes a second
        sender.
        """
        given: dict[str, Any] = {
            "organisation": self.organisation_id, "mail": self.mail_id, "ids": self.ids, "token": self.token,
            "now": now, "until": now + self.lease,
        }  # fmt: skip
        with _database.planned_once() as cursor:
            if now > self.claimed_at + self.lease / FRESH_SHARE:
                cursor.execute(RENEW, given)
            of_dates = bool(self.rows) and not any(row.nudge or row.contact for row in self.rows)
            cursor.execute(STANDING_OF_DATES if of_dates else STANDING, given)
            return cursor.fetchall()

    def _written(self, now: datetime) -> Message | None:
        if self.read is not None:
            return compose(
                self.rows, self.mail_id, roster=self.read.roster, policies=self.read.policies, now=now
            )
        known: dict[str, Any] = {"roster": queries.roster(now), "policies": queries.policies(), "now": now}
        self.rows = rechecking.still_wanted(self.rows, **known)
        return compose(self.rows, self.mail_id, **known)

    def _ours(self) -> Any:
        return Reminder.objects.planned().filter(mail_id=self.mail_id, lease_token=self.token)

    def sent(self, answer: str, now: datetime) -> bool:
        given: dict[str, Any] = {
            "organisation": self.organisation_id, "mail": self.mail_id, "ids": self.ids, "token": self.token,
            "now": now, "number": self.attempts, "answer": answer[:250],
            "reminders": [row.pk for row in self.rows], "clients": [row.client_id for row in self.rows],
        }  # fmt: skip
        with job_in(self.organisation_id), _database.planned_once() as cursor:
            cursor.execute(MARK_SENT, given)
            return bool(cursor.fetchone()[0])

    def again(self, answer: str, at: datetime, now: datetime, *, attempts: int) -> None:
        with job_in(self.organisation_id):
            if answer:
                self._note("again", answer, now)
            # The lease doubles as the wait: nobody takes the rows before it ends.
            self._ours().update(attempts=attempts, lease_until=at)

    def park(self, answer: str, now: datetime) -> None:
        with job_in(self.organisation_id):
            self._note("parked", answer, now)
            self._ours().update(state=State.PARKED, lease_until=None)

    def _note(self, outcome: str, answer: str, now: datetime) -> None:
        # A mail that was never written has no rows in hand yet: they are looked up.
        held = [(row.pk, row.client_id) for row in self.rows] or self._ours().values_list("pk", "client_id")
        Attempt.objects.bulk_create(
            Attempt(
                client_id=client_id,
                reminder_id=pk,
                at=now,
                number=self.attempts,
                outcome=outcome,
                answer=answer[:250],
            )
            for pk, client_id in held
        )


@dataclass
class ReminderQueue:
    """The due reminders of one organisation, mail by mail.

    One that is claimed from again and again reads people and policies, and the order of the mails, about
    once a second.
    """

    organisation_id: UUID
    read: "Reading | None" = None
    ahead: "Sequence[_Mail]" = ()
    looked_at: datetime | None = None

    def claim(self, *, now: datetime, lease: timedelta, size: int) -> Sequence[ReminderClaim]:
        token = uuid4()
        given: dict[str, Any] = {
            "organisation": self.organisation_id,
            "now": now,
            "most_mails": size * LISTED_BATCHES,
            "most": MAX_ATTEMPTS,
        }
        with job_in(self.organisation_id), connection.cursor() as cursor:
            # One claim at a time: two would make two mails of what one person is told today.
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"claim {self.organisation_id}"]
            )
            mails = self._take(cursor, given, size)
            # Attempts are counted here and not after the send, so that a crash counts.
            ids = [pk for mail in mails for pk in mail.rows]
            cursor.execute(CLAIM, given | {"token": token, "until": now + lease, "ids": ids})
            read = _read_together(ids, self._reading(now), now)
        return [
            ReminderClaim(
                self.organisation_id, mail.id, mail.rows, token, mail.attempts + 1, now, lease,
                mail.ends_at - now if mail.ends_at else None, *read.get(mail.id, ([], None)),
            )
            for mail in mails
        ]  # fmt: skip

    def _take(self, cursor: Any, given: dict[str, Any], size: int) -> list["_Mail"]:
        """Lock the rows of the next mails; return those of which nobody else holds a part."""
        now = given["now"]
        if not self.ahead or not self.looked_at or not self.looked_at <= now <= self.looked_at + LISTED_FOR:
            self.ahead, self.looked_at = _next_mails(cursor, given), now
        taken: list[_Mail] = []
        while self.ahead and not taken:
            # Twice as many, for of those that were next a moment ago another sender has its share.
            together = claim_together(self.ahead)[: 2 * size]
            taken = _whole(cursor, together, given)
            unused = taken[size:]
            taken, self.ahead = taken[:size], [*unused, *self.ahead[len(together) :]]
        return taken

    def _reading(self, now: datetime) -> "Reading":
        if self.read is None or not self.read.at <= now <= self.read.at + CLAIMED_WITH_FOR:
            self.read = Reading(now, queries.roster(now), queries.policies())
        return self.read


@dataclass
class _Mail:
    """A mail that is due: its rows, how often it was tried, when the soonest of ours ends."""

    id: UUID
    rows: list[UUID]
    attempts: int
    ends_at: datetime | None

    def stands_in(self, held: Mapping[UUID, tuple[UUID, int]]) -> bool:
        """True if all of its rows are held, and are as they were when it was listed."""
        rows = [held.get(pk, (None, 0)) for pk in self.rows]
        return {mail for mail, _ in rows} == {self.id} and max(tried for _, tried in rows) == self.attempts

    @property
    def is_suspect(self) -> bool:
        """True for several rows that ended their sender again and again: one of them is to blame."""
        return len(self.rows) > 1 and self.attempts >= MAX_ATTEMPTS - 1


def _next_mails(cursor: Any, given: dict[str, Any]) -> list[_Mail]:
    mails, without = _due(cursor, given)
    if without:
        gathering.gather(given["now"])
        mails, _ = _due(cursor, given)
    if any(mail.is_suspect for mail in mails):
        cursor.execute(TAKE_APART, given)
        mails, _ = _due(cursor, given)
    return mails


def _due(cursor: Any, given: dict[str, Any]) -> tuple[list[_Mail], bool]:
    """Return the next mails, and whether any row is in none yet."""
    cursor.execute(NEXT_MAILS, given)
    found = cursor.fetchall()
    mails = [_Mail(*row) for row in found if row[0]]
    return mails, len(mails) < len(found)


def _whole(cursor: Any, mails: Sequence[_Mail], given: dict[str, Any]) -> list[_Mail]:
    cursor.execute(HOLD, given | {"ids": [pk for mail in mails for pk in mail.rows]})
    held = {pk: (mail, attempts) for pk, mail, attempts in cursor.fetchall()}
    return [mail for mail in mails if mail.stands_in(held)]


# What a claim has read holds for so long at most: longer than its mails take from a server that answers.
READ_FOR = timedelta(seconds=5)
# And further claims of the same sender go by what it read of people and policies for this long.
CLAIMED_WITH_FOR = timedelta(seconds=1)
# So many batches are listed at once, and claimed from for so long.
LISTED_BATCHES = 10
LISTED_FOR = timedelta(seconds=1)


@dataclass(frozen=True)
class Reading:
    """What was read for all mails of one claim at once, and the last look already taken of them."""

    at: datetime
    roster: Roster
    policies: Mapping[Family, Policy]

    def still_holds(
        self, rows: Sequence[Reminder], standing: Sequence[tuple[Any, ...]], now: datetime
    ) -> bool:
        """True if nothing that decides about these rows has changed since; else they are read anew."""
        return self.at <= now <= self.at + READ_FOR and {_standing(row) for row in rows} == set(standing)


def _standing(row: Reminder) -> tuple[Any, ...]:
    """How a row stood when it was read, in the words of STANDING."""
    date, nudge, contact = row.deadline, row.nudge, row.contact
    of_date = (
        (date.state, date.act_at, date.late_after_at, date.opens_on, date.seen_at) if date else (None,) * 5
    )
    done, ended = nudge.done_at if nudge else None, contact.ended_at if contact else None
    return row.pk, *of_date, row.case.owner_id, row.case.closed_at, done, ended, True


def _read_together(
    ids: Sequence[UUID], read: Reading, now: datetime
) -> dict[UUID, tuple[list[Reminder], Reading]]:
    """Take the last look at all mails of a claim at once; one that needs a look of its own is left out."""
    held = Reminder.objects.filter(pk__in=ids)
    rows = list(held.select_related(*rechecking.TOLD).order_by("deadline__act_at", "pk"))
    by_mail: dict[UUID, list[Reminder]] = defaultdict(list)
    for row in rows:
        if row.mail_id:
            by_mail[row.mail_id].append(row)
    try:
        wanted = rechecking.still_wanted(rows, roster=read.roster, policies=read.policies, now=now)
    except DatabaseError:
        raise
    except Exception:
        # One of them cannot be looked at: each is looked at alone, and only that one fails.
        return {}
    kept = set(wanted)
    # What clients are told hangs on their own choices as well.
    whole = {
        mail for mail, told in by_mail.items() if kept >= set(told) and all(r.rung != CLIENT for r in told)
    }
    return {mail: (by_mail[mail], read) for mail in whole}
