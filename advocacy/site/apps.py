from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "advocacy.site"
    label = "advocacy_site"
