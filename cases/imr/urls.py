from django.urls import path

from cases.imr import views
from cases.imr.lifecycle import LIFE

app_name = "imr"
urlpatterns = [
    path("cases/<uuid:case_id>/review/", views.check, name="check"),
    path("refusals/<uuid:denial_id>/review-facts/", views.review_facts, name="review_facts"),
    path("cases/<uuid:case_id>/review/file/", views.file, name="file"),
    *(
        path(f"reviews/<uuid:filing_id>/{move.name}/", views.recording(move), name=move.name)
        for move in LIFE.recorded()
    ),
]
