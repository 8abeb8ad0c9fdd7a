from django.urls import path

from advocacy.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("me/theme/", views.theme, name="theme"),
]
