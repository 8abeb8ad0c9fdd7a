from django.apps import AppConfig


class GrievancesConfig(AppConfig):
    name = "cases.grievances"
    label = "cases_grievances"
