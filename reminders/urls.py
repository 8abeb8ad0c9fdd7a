from django.urls import path

from reminders import views
from reminders.admin import console_status
from reminders.feeds import views as feeds

app_name = "reminders"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("feeds/<str:secret>.ics", feeds.feed, name="feed"),
    path("livez", views.livez, name="livez"),
    path("metrics", views.metrics, name="metrics"),
    path("admin/status/", console_status, name="console_status"),
    path("hooks/mail/<str:key>/", views.mail_hook, name="mail_hook"),
]
