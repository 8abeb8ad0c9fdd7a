from django.urls import path

from advocacy.portal import entry_views, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", entry_views.sign_in, name="sign_in"),
    path("join/", entry_views.join, name="join"),
    path("code/", entry_views.code, name="code"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.language, name="language"),
    path("readers/", views.readers, name="readers"),
    path("cases/<uuid:case_id>/", views.talk, name="talk"),
    path("cases/<uuid:case_id>/send/", views.send_paper, name="send_paper"),
    path("papers/<uuid:document_id>/", views.paper, name="paper"),
]
