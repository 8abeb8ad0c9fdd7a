from django.urls import path

from cases.messages import views

app_name = "messages"
urlpatterns = [
    path("cases/<uuid:case_id>/messages/send/", views.send, name="send"),
    path("cases/<uuid:case_id>/messages/read/", views.read, name="read"),
]
