"""The life of an IMR application (H&S 1374.30-1374.34; Ins. 10169-10169.3) as a table. Pure."""

from typing import Final

from advocacy.kernel.lifecycle import Lifecycle, Move

READY, SUBMITTED, ACKNOWLEDGED = "ready", "submitted", "dept_acknowledged"
ACCEPTED, REJECTED, UNDER_REVIEW, EXTENDED = "accepted", "rejected", "under_review", "extended"
UPHELD, OVERTURNED = "determined_upheld", "determined_overturned"
ADOPTED, IMPLEMENTED, NOT_IMPLEMENTED = "adopted", "implemented", "not_implemented"
WITHDRAWN, PLAN_REVERSED = "withdrawn", "plan_reversed"

WITH_THE_DEPARTMENT: Final = (SUBMITTED, ACKNOWLEDGED)
IN_REVIEW: Final = (ACCEPTED, UNDER_REVIEW, EXTENDED)
OPEN: Final = (*WITH_THE_DEPARTMENT, *IN_REVIEW)
# The department's decision, as the fact names it.
DETERMINED: Final = {"upheld": UPHELD, "partly": OVERTURNED, "overturned": OVERTURNED}
AFTER_FILING: Final = {"imr_filed": "the day the application was filed"}
AFTER_ACCEPTANCE: Final = AFTER_FILING | {"imr_accepted": "the day the department took the case"}
AFTER_DECISION: Final = {"imr_decided": "the day of the decision"}

LIFE: Final = Lifecycle(
    start=READY,
    states={
        READY: "Being prepared",
        SUBMITTED: "With the department",
        ACKNOWLEDGED: "The department has it",
        ACCEPTED: "Taken for review",
        REJECTED: "Turned into a complaint",
        UNDER_REVIEW: "With the reviewer",
        EXTENDED: "With the reviewer, time extended",
        UPHELD: "Decided: the plan was right",
        OVERTURNED: "Decided for the client",
        ADOPTED: "Decided for the client, adopted",
        IMPLEMENTED: "Carried out",
        NOT_IMPLEMENTED: "Not carried out in time",
        WITHDRAWN: "Withdrawn",
        PLAN_REVERSED: "The plan gave in",
    },
    moves=(
        Move(
            name="file", sources=(READY, WITHDRAWN), to=SUBMITTED, fact="imr_filed",
            act="File the IMR application", heading="File the IMR application", day="Day it was filed",
            papers=(
                "application", "refusal_letter", "answer", "proof_of_filing", "doctor_letter", "records",
                "certification", "evidence", "authorization", "release",
            ),
        ),
        Move(
            name="acknowledged", sources=(SUBMITTED,), to=ACKNOWLEDGED, fact="imr_acknowledged",
            act="Record that the department has it", heading="The department has the application",
            day="Day its letter came", after=AFTER_FILING, asks_reference="The department's case number",
            papers=("department_letter",),
        ),
        Move(
            name="accepted", sources=WITH_THE_DEPARTMENT, to=ACCEPTED, fact="imr_accepted",
            act="Record that it took the case", heading="The department took the case for review",
            day="Day on its letter", after=AFTER_FILING, papers=("department_letter",),
        ),
        Move(
            name="rejected", sources=(*WITH_THE_DEPARTMENT, ACCEPTED), to=REJECTED, fact="imr_rejected",
            act="Record that it did not take the case", heading="Not a review: a complaint",
            day="Day on its letter", after=AFTER_FILING, asks_reason="What does the department say?",
            papers=("department_letter",),
        ),
        Move(
            name="records_sent", sources=(ACCEPTED,), to=UNDER_REVIEW, fact="imr_records_sent",
            act="Record that the plan sent its papers", heading="The plan's papers are with the reviewer",
            day="Day the reviewer had them", after=AFTER_ACCEPTANCE, papers=("records",),
        ),
        Move(
            name="extended", sources=(ACCEPTED, UNDER_REVIEW), to=EXTENDED, fact="imr_extended",
            act="Record that the time was extended", heading="The time for the decision was extended",
            day="Day on the notice", after=AFTER_ACCEPTANCE, asks_reason="What reason is given?",
            papers=("department_letter",),
        ),
        Move(
            name="decided", sources=OPEN, outcomes=DETERMINED, fact="imr_decided",
            act="Record the decision", heading="The IMR decision",
            day="Day the plan received the written decision", question="What was decided?",
            answers=(
                ("overturned", "For the client"), ("partly", "For the client in part"),
                ("upheld", "The plan was right"),
            ),
            after=AFTER_ACCEPTANCE, papers=("decision",),
        ),
        Move(
            name="adopted", sources=(OVERTURNED,), to=ADOPTED, fact="imr_adopted",
            act="Record that the department adopted it", heading="The department adopted the decision",
            day="Day the plan received the adopted decision", after=AFTER_DECISION, papers=("decision",),
        ),
        Move(
            name="implemented", sources=(OVERTURNED, ADOPTED, NOT_IMPLEMENTED), to=IMPLEMENTED,
            fact="imr_implemented", act="Record that it was carried out",
            heading="The plan carried it out", day="Day the plan approved or paid", after=AFTER_DECISION,
            papers=("proof_of_care",),
        ),
        Move(
            name="not_implemented", sources=(OVERTURNED, ADOPTED), to=NOT_IMPLEMENTED,
            fact="imr_not_implemented", act="Record that it was not carried out",
            heading="Not carried out in time", day="Day we told the department", after=AFTER_DECISION,
            asks_reason="What has the plan done, or not done?",
        ),
        Move(
            name="withdrawn", sources=OPEN, to=WITHDRAWN, fact="imr_withdrawn",
            act="Record that it is withdrawn", heading="The application is withdrawn",
            day="Day it was withdrawn", after=AFTER_FILING, asks_reason="Why?",
        ),
        Move(
            name="plan_reversed", sources=OPEN, to=PLAN_REVERSED, fact="plan_reversed",
            act="Record that the plan gave in", heading="The plan gave in",
            day="Day of its written approval", after=AFTER_FILING, papers=("proof_of_care",),
        ),
    ),
    own_forms=frozenset({"file"}),
)  # fmt: skip
