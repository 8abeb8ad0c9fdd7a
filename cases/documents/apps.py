from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "cases.documents"
    label = "cases_documents"
