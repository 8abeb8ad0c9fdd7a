from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "advocacy.directory"
    label = "advocacy_directory"
    verbose_name = "Records"
