from django.urls import path

from reminders import views
from reminders.admin import console_status

app_name = "reminders"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("livez", views.livez, name="livez"),
    path("metrics", views.metrics, name="metrics"),
    path("admin/status/", console_status, name="console_status"),
]
