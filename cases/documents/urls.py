from django.urls import path

from cases.documents import views

app_name = "documents"
urlpatterns = [
    path("cases/<uuid:case_id>/papers/", views.checklist, name="checklist"),
    path("cases/<uuid:case_id>/papers/add/", views.add, name="add"),
    path("papers/<uuid:document_id>/", views.download, name="download"),
    path("papers/<uuid:document_id>/kind/", views.kind, name="kind"),
]
