from django.urls import path

from cases.grievances import views
from cases.grievances.lifecycle import LIFE

app_name = "grievances"
urlpatterns = [
    path("cases/<uuid:case_id>/grievance/file/", views.file, name="file"),
    *(
        path(f"grievances/<uuid:grievance_id>/{move.name}/", views.recording(move), name=move.name)
        for move in LIFE.recorded()
    ),
]
