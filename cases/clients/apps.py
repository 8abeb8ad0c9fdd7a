from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "cases.clients"
    label = "cases_clients"
