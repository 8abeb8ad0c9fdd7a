from django.urls import path

from reminders import views
from reminders.feeds import views as feeds

app_name = "reminders"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("feeds/<str:secret>.ics", feeds.feed, name="feed"),
    path("livez", views.livez, name="livez"),
]
