"""The daily work of the demo: calls with what was promised in them, tasks around today, papers by kind."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile

from advocacy.accounts.models import User
from advocacy.demo.stories import Story
from cases.casefile import services as casefile
from cases.casefile.models import Case, Task
from cases.casefile.services import CALIFORNIA
from cases.documents import services as documents


@dataclass(frozen=True)
class Phoned:
    """One invented call: so many days ago, and for how many days from today something was promised."""

    family_name: str
    days_ago: int
    at: time
    with_whom: str
    person: str
    reference: str
    said: str
    promise: str = ""
    promised_in: int | None = None


@dataclass(frozen=True)
class ToDo:
    """One invented task, due so many days from today, and how it ended (None: it is open)."""

    family_name: str
    what: str
    due_in: int
    ended: str | None = None


CALLS: Final = (
    Phoned("Okafor", 9, time(11, 20), "plan", "Ray", "C-87710",
           "They have the grievance. A nurse reads it this week."),
    Phoned("Okafor", 3, time(10, 5), "plan", "Ms. Lane", "C-88214",
           "The answer is being typed. She would not say when it goes out, then gave a day.",
           "send the answer by fax", -1),
    Phoned("Osei", 1, time(16, 10), "plan", "Nurse Patel", "URG-5512",
           "We said that waiting is dangerous, and that his doctor says so. They treat it as urgent.",
           "call back with the decision", 1),
    Phoned("Haddad", 3, time(9, 30), "dmhc", "Intake", "IMR-26-20933",
           "The application is complete. A letter with the case number follows.",
           "the letter with the case number", 4),
    Phoned("Tran", 2, time(14, 45), "doctor", "Front desk", "",
           "The doctor dictates on Thursdays. They have the refusal by fax.",
           "a letter on why the MRI is needed", 2),
    Phoned("Reyes", 2, time(14, 15), "client", "María", "",
           "She will sign the assistant form at the library. Her son reads it with her.",
           "bring the signed form", 0),
    Phoned("Baptiste", 1, time(13, 0), "plan", "Supervisor Ode", "C-90002",
           "They have the decision and will carry it out.", "the approval in writing", 2),
    Phoned("Ito", 2, time(10, 40), "plan", "Claims line", "AC-4410",
           "They look for the fax.", "say whether they have the records", 1),
)  # fmt: skip

TASKS: Final = (
    ToDo("Reyes", "Call María after 2 pm about the signature", 0),
    ToDo("Reyes", "Ask the school for its speech report", 6),
    ToDo("Okafor", "Ask the clinic for the infusion records", -2, "done"),
    ToDo("Moreno", "Ask the sleep clinic for the chart", 5),
    ToDo("Lindqvist", "Explain the two ways to the client", -1),
    ToDo("Kim", "Ask for a second wheelchair quote", 3, "the first quote was enough"),
    ToDo("Silva", "Ask the doctor for a letter on the garments", 1),
    ToDo("Bianchi", "Read the plan's letter for a part about medical need", 9),
    ToDo("Flores", "Find an interpreter for Friday", 2),
)


def phone_and_plan(*, now: datetime) -> None:
    """Log the calls and add the tasks of the organisation in scope, each by who works the case."""
    cases = {case.client.family_name: case for case in Case.objects.select_related("client", "owner")}
    for phoned in (each for each in CALLS if each.family_name in cases):
        _phone(phoned, cases[phoned.family_name], now)
    for todo in (each for each in TASKS if each.family_name in cases):
        _plan(todo, cases[todo.family_name], now)


def _phone(phoned: Phoned, case: Case, now: datetime) -> None:
    today = now.astimezone(CALIFORNIA).date()
    at = datetime.combine(today - timedelta(days=phoned.days_ago), phoned.at, CALIFORNIA)
    promised_in = phoned.promised_in
    casefile.log_call(
        case=case,
        at=at,
        with_whom=phoned.with_whom,
        person=phoned.person,
        phone="" if phoned.with_whom == "client" else "(800) 555-0133",
        reference=phoned.reference,
        said=phoned.said,
        promise=phoned.promise,
        promised_on=None if promised_in is None else today + timedelta(days=promised_in),
        by=case.owner,
        now=at + timedelta(minutes=12),
    )


def _plan(todo: ToDo, case: Case, now: datetime) -> None:
    due_on = now.astimezone(CALIFORNIA).date() + timedelta(days=todo.due_in)
    task: Task = casefile.add_task(
        case=case, what=todo.what, due_on=due_on, owner=case.owner, by=case.owner, now=now - timedelta(days=4)
    )
    ended_at = now - timedelta(days=3)
    if todo.ended == "done":
        casefile.finish_task(task=task, by=case.owner, now=ended_at)
    elif todo.ended:
        casefile.drop_task(task=task, reason=todo.ended, by=case.owner, now=ended_at)


def keep_papers(story: Story, case: Case, *, by: User, now: datetime) -> None:
    """Keep what a case of this story would have by now, beside the refusal."""
    there = {
        "card": (True, "Insurance card, both sides"),
        "doctor_letter": (bool(story.recommended), "Letter of the doctor"),
        "proof_of_filing": (story.filed is not None, "Fax report of the grievance"),
        "acknowledgment": (story.acknowledged is not None, "The plan has the grievance"),
        "answer": (story.answered is not None, "The plan's answer"),
        "application": (story.imr is not None, "IMR application, all pages"),
        "decision": (story.decided is not None, "Decision of the department"),
    }
    for kind, (kept, title) in there.items():
        if kept:
            words = f"{title}\n{story.service}\n(This paper is invented. It belongs to the demo.)\n"
            upload = SimpleUploadedFile(f"{kind}.txt", words.encode(), "text/plain")
            documents.keep_document(
                case=case, upload=upload, title=title, event=None, kind=kind, by=by, now=now
            )
