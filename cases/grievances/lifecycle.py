"""The life of a grievance (28 CCR 1300.68; H&S 1368, 1368.01) as a table. Pure."""

from typing import Final

from advocacy.kernel.lifecycle import Lifecycle, Move

DRAFT, FILED, ACKNOWLEDGED, INFO_REQUESTED = "draft", "filed", "acknowledged", "info_requested"
UPHELD, PARTLY, OVERTURNED = "resolved_upheld", "resolved_partly", "resolved_overturned"
UNRESOLVED, ESCALATED, WITHDRAWN = "unresolved", "escalated", "withdrawn"

WITH_THE_PLAN: Final = (FILED, ACKNOWLEDGED, INFO_REQUESTED)
# A plan's answer, as the fact names it.
RESOLVED: Final = {"upheld": UPHELD, "partly": PARTLY, "overturned": OVERTURNED}
AFTER_FILING: Final = {"grievance_filed": "the day the grievance was filed"}

LIFE: Final = Lifecycle(
    start=DRAFT,
    states={
        DRAFT: "Being written",
        FILED: "Filed",
        ACKNOWLEDGED: "Acknowledged by the plan",
        INFO_REQUESTED: "Plan asked for more",
        UPHELD: "Plan said no again",
        PARTLY: "Plan gave in partly",
        OVERTURNED: "Plan gave in",
        UNRESOLVED: "No answer in time",
        ESCALATED: "Taken to the department",
        WITHDRAWN: "Withdrawn",
    },
    moves=(
        Move(
            name="file", sources=(DRAFT, WITHDRAWN), to=FILED, fact="grievance_filed",
            act="File the grievance", heading="File the grievance", day="Day it was filed",
            papers=("refusal_letter", "card", "coverage_booklet", "doctor_letter", "authorization"),
        ),
        Move(
            name="acknowledged", sources=(FILED,), to=ACKNOWLEDGED, fact="grievance_acknowledged",
            act="Record its acknowledgment", heading="The plan has the grievance",
            day="Day the plan's letter came", after=AFTER_FILING, papers=("acknowledgment",),
        ),
        Move(
            name="info_requested", sources=(FILED, ACKNOWLEDGED), to=INFO_REQUESTED,
            fact="grievance_info_requested", act="Record that it asks for more",
            heading="The plan asks for more", day="Day the plan asked", after=AFTER_FILING,
            asks_reason="What does it ask for?",
        ),
        Move(
            name="answered", sources=(*WITH_THE_PLAN, UNRESOLVED, ESCALATED), outcomes=RESOLVED,
            fact="grievance_answered", act="Record the plan's answer", heading="The plan's answer",
            day="Day the plan's answer came", question="What did the plan say?",
            answers=(
                ("upheld", "No again"), ("partly", "Yes to a part"), ("overturned", "Yes: the plan gave in"),
            ),
            after=AFTER_FILING, papers=("answer", "criteria"),
        ),
        Move(
            name="withdrawn", sources=WITH_THE_PLAN, to=WITHDRAWN, fact="grievance_withdrawn",
            act="Record that it is withdrawn", heading="The grievance is withdrawn",
            day="Day it was withdrawn", after=AFTER_FILING, asks_reason="Why?",
        ),
        Move(
            name="unanswered", sources=WITH_THE_PLAN, to=UNRESOLVED, fact="grievance_unanswered",
            act="Record that no answer came", heading="No answer came in time", day="Day you looked",
            after=AFTER_FILING, papers=("proof_of_filing",),
        ),
        # Not recorded by hand: filing with the department makes it.
        Move(
            name="escalated", sources=(UPHELD, PARTLY, UNRESOLVED, *WITH_THE_PLAN), to=ESCALATED, fact="",
            act="", heading="", day="",
        ),
    ),
    own_forms=frozenset({"file", "escalated"}),
)  # fmt: skip
