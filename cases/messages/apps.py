from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "cases.messages"
    label = "cases_messages"
