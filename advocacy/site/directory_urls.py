from django.urls import path

from advocacy.site import directory_views as views

urlpatterns = [
    path("", views.index, name="directory"),
    path("forms/<slug:key>/", views.form, name="directory_form"),
    path("copies/<slug:key>/", views.copy, name="directory_copy"),
    path("plans/<slug:key>/", views.plan, name="directory_plan"),
    path("<slug:key>/", views.office, name="directory_office"),
]
