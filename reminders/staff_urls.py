from django.urls import path

from reminders import choice_views, nudge_views, people_views

app_name = "reminding"
urlpatterns = [
    path("settings/reminders/", choice_views.policies, name="policies"),
    path("settings/reminders/hours/", choice_views.hours, name="hours"),
    path("settings/reminders/<slug:family>/", choice_views.choose, name="choose"),
    path("settings/reminders/<slug:family>/default/", choice_views.use_default, name="use_default"),
    path("cover/", people_views.cover, name="cover"),
    path("cover/away/", people_views.begin_absence, name="begin_absence"),
    path("cover/away/<uuid:absence_id>/end/", people_views.end_absence, name="end_absence"),
    path("cover/stand-in/<uuid:member_id>/", people_views.stand_in, name="stand_in"),
    path("cover/own-address/", people_views.name_own_address, name="name_own_address"),
    path("cover/outside/", people_views.name_outsider, name="name_outsider"),
    path("cover/asked/<uuid:contact_id>/end/", people_views.take_off, name="take_off"),
    path("cover/addresses/<uuid:address_id>/again/", people_views.write_again, name="write_again"),
    path("cases/<uuid:case_id>/remind-me/", nudge_views.set_nudge, name="set_nudge"),
    path("nudges/<uuid:nudge_id>/done/", nudge_views.finish_nudge, name="finish_nudge"),
]
