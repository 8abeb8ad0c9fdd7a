from django.urls import path

from advocacy.library import views

app_name = "library"
urlpatterns = [
    path("library/", views.articles, name="articles"),
    path("library/new/", views.write, name="write"),
    path("library/questions/", views.questions, name="questions"),
    path("library/questions/<uuid:question_id>/", views.question, name="question"),
    path("library/questions/<uuid:question_id>/answer/", views.answer, name="answer"),
    path("library/questions/<uuid:question_id>/decline/", views.decline, name="decline"),
    path("library/<uuid:article_id>/", views.article, name="article"),
    path("library/<uuid:article_id>/change/", views.change, name="change"),
    path("library/<uuid:article_id>/publish/", views.publish, name="publish"),
    path("library/<uuid:article_id>/withdraw/", views.withdraw, name="withdraw"),
]
