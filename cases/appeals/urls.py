from django.urls import path

from cases.appeals import views
from cases.appeals.lifecycle import LIFE

app_name = "appeals"
urlpatterns = [
    path("cases/<uuid:case_id>/complaint/file/", views.file, name="file"),
    *(
        path(f"complaints/<uuid:appeal_id>/{move.name}/", views.recording(move), name=move.name)
        for move in LIFE.recorded()
    ),
]
