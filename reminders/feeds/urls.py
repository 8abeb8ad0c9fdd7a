from django.urls import path

from reminders.feeds import views

app_name = "feeds"
urlpatterns = [
    path("settings/feeds/", views.feeds, name="feeds"),
    path("settings/feeds/<uuid:feed_id>/end/", views.end, name="end"),
]
