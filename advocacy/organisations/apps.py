from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "advocacy.organisations"
    label = "advocacy_organisations"
