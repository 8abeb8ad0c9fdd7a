"""Stories' own cast: Ana, a client's mother, who writes; and the pages' clock at NOW."""

import pytest

from advocacy.accounts.models import User
from cases.casefile.models import Case
from tests.advocacy.testimonials.telling import open_portal, won_case
from tests.cases.pages import stop_clock
from tests.conftest import NOW
from tests.factories import make_person


@pytest.fixture
def ana(db: None) -> User:
    """Ana is the mother of a client of Harbor."""
    return make_person(name="Ana Reyes", now=NOW)


@pytest.fixture
def won(in_harbor: None, bob: User, ana: User) -> Case:
    """A case whose plan gave in, and which Ana reads in the portal."""
    case = won_case(bob)
    open_portal(case, ana, by=bob)
    return case


@pytest.fixture
def at_now(settings) -> None:
    """Let the pages read NOW."""
    stop_clock(settings, NOW)
