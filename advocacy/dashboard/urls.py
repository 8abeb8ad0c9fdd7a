from django.urls import path

from advocacy.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.today, name="today"),
    path("dates/", views.dates, name="dates"),
    path("cases/", views.cases, name="cases"),
    path("clients/", views.clients, name="clients"),
    path("cases/<uuid:case_id>/", views.case, name="case"),
    path("cases/<uuid:case_id>/dates/<uuid:deadline_id>/", views.deadline, name="deadline"),
]
