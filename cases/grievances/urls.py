from django.urls import path

from cases.grievances import views

app_name = "grievances"
urlpatterns = [
    path("cases/<uuid:case_id>/grievance/file/", views.file, name="file"),
    path("grievances/<uuid:grievance_id>/acknowledged/", views.acknowledged, name="acknowledged"),
    path("grievances/<uuid:grievance_id>/answered/", views.answered, name="answered"),
]
