from django.urls import URLPattern

app_name = "testimonials"
urlpatterns: list[URLPattern] = []
