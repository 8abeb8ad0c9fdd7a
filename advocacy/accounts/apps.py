from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "advocacy.accounts"
    label = "advocacy_accounts"

    def ready(self) -> None:
        from advocacy.accounts import signals  # noqa: F401
