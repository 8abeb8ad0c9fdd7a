from django.apps import AppConfig


class IMRConfig(AppConfig):
    name = "cases.imr"
    label = "cases_imr"
