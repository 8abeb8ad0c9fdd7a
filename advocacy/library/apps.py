from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "advocacy.library"
    label = "advocacy_library"
