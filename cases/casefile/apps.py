from django.apps import AppConfig


class CasefileConfig(AppConfig):
    name = "cases.casefile"
    label = "cases_casefile"
