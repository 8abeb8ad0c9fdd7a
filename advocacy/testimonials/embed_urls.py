from django.urls import path

from advocacy.testimonials import embed_views

app_name = "embed"
urlpatterns = [
    path("<str:key>/", embed_views.page, name="page"),
    path("<str:key>/stories.json", embed_views.data, name="data"),
]
