from django.urls import path

from reminders import views

app_name = "reminders"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("livez", views.livez, name="livez"),
    path("hooks/mail/<str:key>/", views.mail_hook, name="mail_hook"),
]
