from django.urls import path

from advocacy.site import story_views

app_name = "stories"
urlpatterns = [
    path("", story_views.index, name="index"),
]
