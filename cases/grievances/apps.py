from django.apps import AppConfig


class GrievancesConfig(AppConfig):
    name = "cases.grievances"
    label = "cases_grievances"

    def ready(self) -> None:
        from cases.grievances import listening  # noqa: F401
