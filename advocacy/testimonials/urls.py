from django.urls import path

from advocacy.testimonials import views

app_name = "testimonials"
urlpatterns = [
    path("stories/", views.queue, name="queue"),
    path("stories/sites/", views.sites, name="sites"),
    path("stories/sites/<uuid:key_id>/revoke/", views.revoke, name="revoke"),
    path("stories/<uuid:story_id>/", views.story, name="story"),
    path("stories/<uuid:story_id>/read/", views.read, name="read"),
    path("stories/<uuid:story_id>/privacy/", views.privacy, name="privacy"),
    path("stories/<uuid:story_id>/words/", views.words, name="words"),
    path("stories/<uuid:story_id>/ask/", views.ask, name="ask"),
    path("stories/<uuid:story_id>/show/", views.show, name="show"),
    path("stories/<uuid:story_id>/not-shown/", views.reject_story, name="reject"),
    path("stories/<uuid:story_id>/take-down/", views.take_down, name="take_down"),
]
