from django.urls import path

from advocacy.api import views

app_name = "keys"
urlpatterns = [
    path("settings/keys/", views.keys, name="keys"),
    path("settings/keys/<uuid:program_id>/revoke/", views.revoke, name="revoke"),
]
