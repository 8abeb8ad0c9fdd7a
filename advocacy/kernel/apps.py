from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "advocacy.kernel"
    label = "advocacy_kernel"
