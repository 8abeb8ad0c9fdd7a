from django.urls import path

from advocacy.demo import views

app_name = "demo"
urlpatterns = [path("parts/", views.parts, name="parts")]
