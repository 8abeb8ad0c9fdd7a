from django.urls import path

from cases.deadlines import views

app_name = "deadlines"
urlpatterns = [
    path("cases/<uuid:case_id>/dates/<uuid:deadline_id>/seen/", views.seen, name="seen"),
    path("cases/<uuid:case_id>/dates/<uuid:deadline_id>/doubt/", views.doubt, name="doubt"),
    path("cases/<uuid:case_id>/dates/<uuid:deadline_id>/settled/", views.settled, name="settled"),
]
