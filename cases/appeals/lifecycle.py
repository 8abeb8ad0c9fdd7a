"""The life of a complaint to the department (H&S 1368(b); 10 CCR 2695.5) as a table. Pure."""

from typing import Final

from advocacy.kernel.lifecycle import Lifecycle, Move

DRAFT, FILED, PLAN_ANSWERED, WITHDRAWN = "draft", "filed", "plan_answered", "withdrawn"
FOR_PLAN, FOR_CLIENT = "decided_for_plan", "decided_for_client"

OPEN: Final = (FILED, PLAN_ANSWERED)
DECIDED: Final = {"upheld": FOR_PLAN, "partly": FOR_CLIENT, "overturned": FOR_CLIENT}
AFTER_FILING: Final = {"complaint_filed": "the day the complaint was filed"}

LIFE: Final = Lifecycle(
    start=DRAFT,
    states={
        DRAFT: "Being written",
        FILED: "With the department",
        PLAN_ANSWERED: "The plan answered the department",
        FOR_PLAN: "Decided: the plan was right",
        FOR_CLIENT: "Decided for the client",
        WITHDRAWN: "Withdrawn",
    },
    moves=(
        Move(
            name="file", sources=(DRAFT, WITHDRAWN), to=FILED, fact="complaint_filed",
            act="File a complaint with the department", heading="File the complaint", day="Day it was filed",
            papers=("application", "answer", "authorization"),
        ),
        Move(
            name="answered", sources=(FILED,), to=PLAN_ANSWERED, fact="complaint_answered",
            act="Record the plan's answer to the department", heading="The plan answered the department",
            day="Day on the plan's letter", after=AFTER_FILING, papers=("department_letter",),
        ),
        Move(
            name="decided", sources=OPEN, outcomes=DECIDED, fact="complaint_decided",
            act="Record the department's decision", heading="The department's decision",
            day="Day on its letter", question="What was decided?",
            answers=(
                ("overturned", "For the client"), ("partly", "For the client in part"),
                ("upheld", "The plan was right"),
            ),
            after=AFTER_FILING, papers=("decision",),
        ),
        Move(
            name="withdrawn", sources=OPEN, to=WITHDRAWN, fact="complaint_withdrawn",
            act="Record that the complaint is withdrawn", heading="The complaint is withdrawn",
            day="Day it was withdrawn", after=AFTER_FILING, asks_reason="Why?",
        ),
    ),
    own_forms=frozenset({"file"}),
)  # fmt: skip
