from django.urls import path

from reminders import by_hand_views

app_name = "by_hand"
urlpatterns = [
    path("tasks/<uuid:handed_id>/tell/", by_hand_views.tell, name="tell"),
]
