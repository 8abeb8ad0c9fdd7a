from django.apps import AppConfig


class AppealsConfig(AppConfig):
    name = "cases.appeals"
    label = "cases_appeals"

    def ready(self) -> None:
        from cases.appeals import listening  # noqa: F401
