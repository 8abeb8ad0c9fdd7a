from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "cases.deadlines"
    label = "cases_deadlines"

    def ready(self) -> None:
        from cases.deadlines import listening  # noqa: F401
