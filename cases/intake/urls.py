from django.urls import path

from cases.intake import views

app_name = "intake"
urlpatterns = [
    path("requests/", views.requests, name="requests"),
    path("requests/<uuid:request_id>/", views.request_page, name="request"),
    path("requests/<uuid:request_id>/accept/", views.accept, name="accept"),
    path("requests/<uuid:request_id>/duplicate/", views.duplicate, name="duplicate"),
    path("requests/<uuid:request_id>/decline/", views.decline, name="decline"),
    path("requests/<uuid:request_id>/snooze/", views.snooze, name="snooze"),
]
