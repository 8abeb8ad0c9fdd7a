"""Who is told of a case's dates, and who is told next. Pure: absences, stand-ins and contacts are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from advocacy.accounts.roles import OWNER, SUPERVISOR

# More hops than this from cover to cover is a mistake: the organisation's owners are told.
COVERS_AT_MOST = 5
# Stand-in, supervisors, owners: what is left of the four rungs (planning.RUNGS) is for addresses outside.
RUNGS_OF_MEMBERS = 3


@dataclass(frozen=True)
class Person:
    """Somebody who can be told: a member, or a contact (`role` empty); `of` is whose other address it is."""

    id: UUID
    name: str
    zone: str
    email: str = ""
    role: str = ""
    is_contact: bool = False
    of: UUID | None = None


@dataclass(frozen=True)
class Roster:
    """The people of one organisation on one day.

    `away` maps a member who is absent to who covers for them, or to None; `stand_ins` maps a member
    to the one asked next when they do not answer; `contacts` are asked last, in this order.
    """

    members: Sequence[Person]
    away: Mapping[UUID, UUID | None] = field(default_factory=dict)
    stand_ins: Mapping[UUID, UUID] = field(default_factory=dict)
    contacts: Sequence[Person] = ()

    def told(self, owner_id: UUID, also: Sequence[str] = ()) -> list[Person]:
        """Return who is told of the dates of this person's cases: nobody's absence makes it nobody.

        The case's owner; in their absence whoever covers; if they have left, the organisation's
        owners, else its supervisors, else everybody. Beside them the roles of `also`.
        """
        first = self._answering(owner_id)
        beside = [each for each in self._present() if each.role in also and each not in first]
        return [*first, *beside]

    def has(self, person_id: UUID) -> bool:
        """Tell whether somebody is a member: the client of a case nobody works is told by nobody."""
        return self._member(person_id) is not None

    def ladder(self, owner_id: UUID, also: Sequence[str] = ()) -> list[list[Person]]:
        """Return who is told while nobody acknowledges, rung by rung; empty if nobody else is there.

        The stand-in, supervisors, owners; then other addresses of whoever has heard by then, and people
        outside: these two in one rung where there are four without.
        """
        heard = self.told(owner_id, also)
        found: list[list[Person]] = []
        for group in (self._next(owner_id), self._of(SUPERVISOR.key), self._of(OWNER.key)):
            rung = [each for each in group if each not in heard]
            heard = [*heard, *rung]
            if rung:
                found.append(rung)
        here = {each.id for each in heard}
        own = [each for each in self.contacts if each.of in here]
        outside = [each for each in self.contacts if each.of is None]
        last = [own, outside] if len(found) < RUNGS_OF_MEMBERS else [[*own, *outside]]
        return found + [rung for rung in last if rung]

    def _member(self, person_id: UUID | None) -> Person | None:
        return next((each for each in self.members if each.id == person_id), None)

    def _present(self) -> list[Person]:
        return [each for each in self.members if each.id not in self.away]

    def _of(self, role: str) -> list[Person]:
        return [each for each in self._present() if each.role == role]

    def _next(self, owner_id: UUID) -> list[Person]:
        found = self._member(self.stand_ins.get(owner_id))
        return [found] if found and found.id not in self.away else []

    def _answering(self, owner_id: UUID) -> list[Person]:
        person = self._member(owner_id)
        for _ in range(COVERS_AT_MOST):
            if person is None or person.id not in self.away:
                break
            covers = self.away[person.id] or self.stand_ins.get(person.id)
            person = self._member(covers)
        else:
            person = None
        return [person] if person else self.leading() or self._whoever(owner_id)

    def leading(self) -> list[Person]:
        """Return the owners who are here, else the supervisors, else everybody who is."""
        return self._of(OWNER.key) or self._of(SUPERVISOR.key) or self._present()

    def _whoever(self, owner_id: UUID) -> list[Person]:
        """Everybody is away: better to write to the one who should know than to nobody."""
        owner = self._member(owner_id)
        return [owner] if owner else list(self.members)
