from django.urls import path

from advocacy.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:name>/", views.detail, name="detail"),
    path("<str:name>/body/", views.body, name="body"),
]
