"""Every task has its queue, and every name that is rung is a task."""

import re

from advocacy.celery import app
from advocacy.settings.schedule import BEAT_SCHEDULE, TASK_ROUTES
from tests.architecture.tree import PACKAGES, calls, code, texts

NAME_OF_A_TASK = re.compile(r"^[a-z_]+(\.[a-z_]+)*\.tasks\.[a-z_]+$")


def tasks() -> set[str]:
    app.loader.import_default_modules()
    found = {name for name in app.tasks if name.partition(".")[0] in PACKAGES}
    assert len(found) > 4, "the scan found too little to prove anything"
    return found


def test_every_task_has_a_queue_and_every_queue_a_task() -> None:
    assert set(TASK_ROUTES) == tasks(), "settings/schedule.py names each task's queue"


def test_everything_that_beat_rings_is_a_task() -> None:
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= tasks()


def test_every_name_that_is_rung_is_a_task() -> None:
    rung, unknown = set(), []
    for module, path in code().items():
        for call, name in calls(path):
            if name in {"ring", "queues.ring"} and module != "advocacy.kernel.queues":
                argument = call.args[0] if call.args else None
                rung.add(getattr(argument, "value", None))
                unknown += [module] if not isinstance(getattr(argument, "value", None), str) else []

    assert len(rung) > 1
    assert unknown == [], "ring a task by its name, written out"
    assert rung <= tasks()


def test_every_name_of_a_task_that_stands_in_the_code_is_one() -> None:
    named = {text for path in code().values() for text in texts(path) if NAME_OF_A_TASK.match(text)}

    assert len(named) > 4
    assert named <= tasks()


def test_every_task_survives_an_argument_that_a_newer_sender_adds() -> None:
    import inspect

    for name in tasks():
        parameters = inspect.signature(app.tasks[name].run).parameters.values()
        assert any(each.kind is each.VAR_KEYWORD for each in parameters), f"{name} needs **_later"
        assert all(each.kind in {each.VAR_KEYWORD, each.KEYWORD_ONLY} for each in parameters), name
