from django.urls import URLPattern, URLResolver, include, path

from advocacy.site import parts, views

app_name = "site"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("ask/", views.ask, name="ask"),
    path("ask/sent/", views.asked, name="asked"),
    path("library/", views.library_page, name="library"),
    path("library/<slug:article_slug>/", views.article, name="article"),
    path("library/<slug:article_slug>/question/", views.ask_question, name="ask_question"),
    path("library/<slug:article_slug>/question/sent/", views.question_sent, name="question_sent"),
    path("privacy/", views.privacy, name="privacy"),
    path("language/", views.language, name="language"),
]

if parts.has(parts.DIRECTORY):
    urlpatterns.append(path("directory/", include(parts.DIRECTORY)))
if parts.has(parts.STORIES):
    urlpatterns.append(path("stories/", include(parts.STORIES)))
