from django.urls import path

from advocacy.portal import calendar_views, entry_views, story_views, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", entry_views.sign_in, name="sign_in"),
    path("join/", entry_views.join, name="join"),
    path("code/", entry_views.code, name="code"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.language, name="language"),
    path("readers/", views.readers, name="readers"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/<uuid:calendar_id>/end/", calendar_views.end_calendar, name="end_calendar"),
    path("cases/<uuid:case_id>/", views.talk, name="talk"),
    path("cases/<uuid:case_id>/send/", views.send_paper, name="send_paper"),
    path("cases/<uuid:case_id>/story/", story_views.write, name="write_story"),
    path("stories/<uuid:story_id>/", story_views.story, name="story"),
    path("stories/<uuid:story_id>/permit/", story_views.permit, name="permit_story"),
    path("stories/<uuid:story_id>/places/", story_views.places, name="story_places"),
    path("stories/<uuid:story_id>/approve/", story_views.approve, name="approve_story"),
    path("stories/<uuid:story_id>/withdraw/", story_views.withdraw, name="withdraw_story"),
    path("papers/<uuid:document_id>/", views.paper, name="paper"),
]
