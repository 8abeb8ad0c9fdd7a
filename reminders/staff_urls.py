from django.urls import path

from reminders import views

app_name = "status"
urlpatterns = [path("status/", views.status, name="status")]
