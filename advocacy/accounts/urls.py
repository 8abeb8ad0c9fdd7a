from django.urls import path

from advocacy.accounts import join_views, views

app_name = "accounts"
urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("me/theme/", views.theme, name="theme"),
    path("me/second-step/", views.second_step, name="second_step"),
    path("me/devices/<uuid:session_id>/end/", views.end_session, name="end_session"),
    path("me/devices/end-others/", views.end_others, name="end_others"),
    path("join/", join_views.join, name="join"),
    path("join/<str:secret>/", join_views.join_link, name="join_link"),
]
