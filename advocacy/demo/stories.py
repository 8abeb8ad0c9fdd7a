"""Twenty-five invented cases in different stages, as days before today. Nobody here exists."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Story:
    """One case: who, what was refused, and how many days ago each thing happened (None: not yet)."""

    slug: str
    owner: str
    family_name: str
    given_name: str
    language: str
    plan: str
    service: str
    reason: str = "necessity"
    denied: int | None = None
    filed: int | None = None
    acknowledged: int | None = None
    answered: int | None = None
    outcome: str = "upheld"
    imr: int | None = None
    accepted: int | None = None
    records: int | None = None
    rejected: int | None = None
    complaint: int | None = None
    decided: int | None = None
    decision: str = "overturned"
    implemented: int | None = None
    note: str = ""
    regulator: str = "dmhc"
    urgency: str = "standard"
    recommended: bool | None = None


STORIES: Final = (
    Story("harbor", "bob", "Reyes", "Mateo", "es", "Golden Bay HMO", "speech therapy, twice a week",
          denied=230, filed=205, acknowledged=202, answered=181, recommended=True,
          note="His mother works nights. Call after 2 pm."),
    Story("harbor", "bob", "Okafor", "Ngozi", "en", "Sierra Crest Health Plan", "infusion at home",
          denied=50, filed=33, acknowledged=30, note="The plan's line says the answer is being typed."),
    Story("harbor", "bob", "Tran", "Linh", "other", "Pacific Meridian Health Plan", "MRI of the knee",
          denied=177, note="Speaks Vietnamese; her son interprets."),
    Story("harbor", "bob", "Moreno", "Celia", "es", "Golden Bay HMO", "sleep study", denied=40, filed=26, acknowledged=22),
    Story("harbor", "bob", "Haddad", "Samir", "en", "Redwood Valley Health Plan", "inpatient rehabilitation",
          denied=95, filed=70, acknowledged=68, answered=41, imr=20, accepted=14, records=11),
    Story("harbor", "bob", "Lindqvist", "Ana", "en", "Golden Bay HMO", "insulin pump", denied=170),
    Story("harbor", "alice", "Baptiste", "Jean", "en", "Sierra Crest Health Plan", "hip replacement",
          denied=120, filed=90, acknowledged=86, answered=62, imr=44, decided=4,
          note="Won. The plan has five working days."),
    Story("harbor", "alice", "Delgado", "Inés", "es", "Pacific Meridian Health Plan", "autism therapy, 20 hours",
          denied=140, filed=118, acknowledged=116, answered=90, imr=70, decided=35, implemented=31),
    Story("harbor", "dana", "Kim", "Soo-ah", "other", "Redwood Valley Health Plan", "wheelchair, powered",
          denied=36, filed=31, acknowledged=27),
    Story("harbor", "dana", "Abramov", "Leo", "en", "Golden Bay HMO", "proton therapy", reason="experimental",
          denied=21, note="The letter calls it experimental: no grievance is needed before the review."),
    Story("harbor", "dana", "Nguyen", "Paul", "en", "Sierra Crest Health Plan", "residential treatment",
          denied=60, filed=45, acknowledged=40, answered=12, outcome="overturned"),
    Story("harbor", "vera", "Silva", "Rosa", "es", "Golden Bay HMO", "compression garments", denied=14),
    Story("harbor", "vera", "Washington", "Dee", "en", "Pacific Meridian Health Plan", "cardiac rehabilitation",
          denied=30, filed=9),
    Story("harbor", "bob", "Petrosyan", "Aram", "other", "Redwood Valley Health Plan", "hearing aids, both sides",
          denied=95, filed=84, acknowledged=80, imr=40, rejected=30),
    Story("harbor", "bob", "Castillo", "Luz", "es", "Golden Bay HMO", "genetic test", denied=8),
    Story("harbor", "alice", "Brooks", "Theo", "en", "Sierra Crest Health Plan", "feeding therapy",
          note="The letter is in the mail. No date until we see it.", regulator="unknown"),
    Story("harbor", "dana", "Farrow", "Iris", "en", "Bayside Life & Health Insurance Company", "shoulder surgery",
          denied=34, filed=12, regulator="cdi", recommended=True,
          note="A PPO: the letter names the Department of Insurance."),
    Story("harbor", "alice", "Quispe", "Marta", "es", "Bayside Life & Health Insurance Company", "migraine injections",
          denied=84, filed=60, answered=38, imr=10, accepted=6, regulator="cdi", recommended=True),
    Story("harbor", "dana", "Osei", "Kofi", "en", "Redwood Valley Health Plan", "insulin for the next weeks",
          denied=3, filed=1, urgency="expedited", recommended=True,
          note="His doctor says that waiting is dangerous. The plan was called yesterday."),
    Story("harbor", "vera", "Bianchi", "Carla", "en", "Sierra Crest Health Plan", "fertility treatment",
          reason="coverage", denied=58, filed=40, acknowledged=37, answered=20, complaint=4,
          note="The plan says it is not covered. We read the letter for a part about medical need."),
    Story("sierra", "charlie", "Ito", "Kenji", "en", "Alder Creek HMO", "spine surgery", denied=25, filed=18, acknowledged=15),
    Story("sierra", "charlie", "Flores", "Marisol", "es", "Alder Creek HMO", "wound care at home", denied=5),
    Story("sierra", "charlie", "Mbeki", "Thandi", "en", "Granite State Health Plan", "bone marrow test",
          denied=110, filed=88, acknowledged=85, answered=60),
    Story("sierra", "charlie", "Young", "Pat", "en", "Alder Creek HMO", "pain clinic", denied=90, filed=60,
          acknowledged=57, answered=33, imr=15),
    Story("sierra", "charlie", "Patel", "Anand", "en", "Bayside Life & Health Insurance Company", "heart monitor",
          denied=4, filed=2, urgency="expedited", regulator="cdi", recommended=True),
)  # fmt: skip
