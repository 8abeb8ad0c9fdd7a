from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "advocacy.api"
    label = "advocacy_api"

    def ready(self) -> None:
        from advocacy.api import schema  # noqa: F401  # says how the document names our keys
