from django.urls import path

from advocacy.dashboard import people_views, views

app_name = "dashboard"
urlpatterns = [
    path("", views.today, name="today"),
    path("dates/", views.dates, name="dates"),
    path("cases/", views.cases, name="cases"),
    path("clients/", views.clients, name="clients"),
    path("cases/<uuid:case_id>/", views.case, name="case"),
    path("people/", people_views.people, name="people"),
    path("people/invite/", people_views.invite, name="invite"),
    path("people/invited/<uuid:invitation_id>/again/", people_views.send_again, name="send_again"),
    path("people/invited/<uuid:invitation_id>/withdraw/", people_views.withdraw, name="withdraw"),
    path("people/<uuid:member_id>/role/", people_views.change_role, name="change_role"),
    path("people/<uuid:member_id>/hand-over/", people_views.hand_over, name="hand_over"),
    path("people/<uuid:member_id>/leave/", people_views.leave, name="leave"),
    path("cases/<uuid:case_id>/dates/<uuid:deadline_id>/", views.deadline, name="deadline"),
]
