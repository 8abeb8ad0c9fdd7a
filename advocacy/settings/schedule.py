"""What beat rings, and which queue each task goes to: side by side, so that neither is forgotten."""

from typing import Any

# Statutory work never waits behind anything else.
REMINDERS = "reminders"
UPKEEP = "upkeep"

TASK_ROUTES: dict[str, dict[str, str]] = {
    "reminders.tasks.plan": {"queue": REMINDERS},
    "reminders.tasks.deliver": {"queue": REMINDERS},
    "reminders.tasks.digest": {"queue": REMINDERS},
    "reminders.tasks.watch": {"queue": REMINDERS},
    "reminders.tasks.beat_ticked": {"queue": REMINDERS},
    "reminders.tasks.canary": {"queue": REMINDERS},
    "advocacy.mail.tasks.deliver": {"queue": REMINDERS},
    "cases.deadlines.tasks.recompute_all": {"queue": UPKEEP},
    "advocacy.testimonials.tasks.expire": {"queue": UPKEEP},
    "advocacy.accounts.tasks.forget_sessions": {"queue": UPKEEP},
    "advocacy.api.tasks.purge": {"queue": UPKEEP},
}

# Each task may be late, doubled or lost: the rows in PostgreSQL decide what is due.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # What a sender planned half a minute ago needs no second plan; a changed fact rings without this.
    "plan": {"task": "reminders.tasks.plan", "schedule": 60.0, "kwargs": {"spare": 30.0}},
    "deliver": {"task": "reminders.tasks.deliver", "schedule": 5.0, "options": {"expires": 30}},
    "deliver-mail": {"task": "advocacy.mail.tasks.deliver", "schedule": 5.0, "options": {"expires": 30}},
    "digest": {"task": "reminders.tasks.digest", "schedule": 300.0},
    "tick": {"task": "reminders.tasks.beat_ticked", "schedule": 30.0, "options": {"expires": 60}},
    "canary": {"task": "reminders.tasks.canary", "schedule": 900.0, "options": {"expires": 600}},
    "expire-stories": {"task": "advocacy.testimonials.tasks.expire", "schedule": 3600.0},
    "forget-sessions": {"task": "advocacy.accounts.tasks.forget_sessions", "schedule": 3600.0},
    "purge-answers": {"task": "advocacy.api.tasks.purge", "schedule": 3600.0},
    "recompute": {"task": "cases.deadlines.tasks.recompute_all", "schedule": 3600.0},
}
