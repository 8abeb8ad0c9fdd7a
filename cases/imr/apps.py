from django.apps import AppConfig


class IMRConfig(AppConfig):
    name = "cases.imr"
    label = "cases_imr"

    def ready(self) -> None:
        from cases.imr import listening  # noqa: F401
