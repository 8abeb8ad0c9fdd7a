from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "advocacy.portal"
    label = "advocacy_portal"
