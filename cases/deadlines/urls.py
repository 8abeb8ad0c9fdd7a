from django.urls import path

from cases.deadlines import views

app_name = "deadlines"
DATE = "cases/<uuid:case_id>/dates/<uuid:deadline_id>"
urlpatterns = [
    path(f"{DATE}/seen/", views.seen, name="seen"),
    path(f"{DATE}/check/", views.verify, name="verify"),
    path(f"{DATE}/doubt/", views.doubt, name="doubt"),
    path(f"{DATE}/settled/", views.settled, name="settled"),
    path(f"{DATE}/done/", views.met, name="met"),
    path(f"{DATE}/not-done/", views.not_done, name="not_done"),
    path(f"{DATE}/no-longer-applies/", views.waive, name="waive"),
    path(f"{DATE}/applies-again/", views.reopen, name="reopen"),
    path(f"{DATE}/another-date/", views.own, name="own"),
    path(f"{DATE}/by-law/", views.by_law, name="by_law"),
    path(f"{DATE}/extended/", views.extend, name="extend"),
    path(f"{DATE}/not-extended/", views.not_extended, name="not_extended"),
    path("cases/<uuid:case_id>/close/", views.close, name="close"),
    path("cases/<uuid:case_id>/reopen/", views.reopen_case, name="reopen_case"),
]
