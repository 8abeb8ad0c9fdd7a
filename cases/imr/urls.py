from django.urls import path

from cases.imr import views

app_name = "imr"
urlpatterns = [
    path("cases/<uuid:case_id>/review/", views.check, name="check"),
    path("refusals/<uuid:denial_id>/review-facts/", views.review_facts, name="review_facts"),
    path("cases/<uuid:case_id>/review/file/", views.file, name="file"),
    path("reviews/<uuid:filing_id>/decided/", views.decided, name="decided"),
    path("reviews/<uuid:filing_id>/implemented/", views.implemented, name="implemented"),
]
