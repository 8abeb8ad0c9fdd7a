from django.urls import path

from advocacy.directory import views

app_name = "directory"
urlpatterns = [
    path("directory/", views.index, name="list"),
    path("directory/forms/<slug:key>/", views.form, name="form"),
    path("directory/copies/<slug:key>/", views.copy, name="copy"),
    path("directory/plans/<slug:key>/", views.plan, name="plan"),
    path("directory/<slug:key>/", views.office, name="office"),
]
