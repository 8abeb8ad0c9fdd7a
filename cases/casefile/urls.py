from django.urls import path

from cases.casefile import people_views, views, work_views

app_name = "casefile"
urlpatterns = [
    path("clients/new/", views.new_client, name="new_client"),
    path("clients/<uuid:client_id>/", views.client, name="client"),
    path("clients/<uuid:client_id>/correct/", views.correct_client, name="correct_client"),
    path("clients/<uuid:client_id>/plan/", views.add_coverage, name="add_coverage"),
    path("clients/<uuid:client_id>/case/", views.open_case, name="open_case"),
    path("clients/<uuid:client_id>/invite/", views.invite, name="invite"),
    path("clients/<uuid:client_id>/people/add/", people_views.add_representative, name="add_representative"),
    path("clients/<uuid:client_id>/doctors/add/", people_views.add_provider, name="add_provider"),
    path(
        "people/<uuid:representative_id>/correct/",
        people_views.correct_representative,
        name="correct_representative",
    ),
    path("people/<uuid:representative_id>/authorize/", people_views.authorise, name="authorise"),
    path(
        "authorizations/<uuid:authorisation_id>/correct/",
        people_views.correct_authorisation,
        name="correct_authorisation",
    ),
    path(
        "authorizations/<uuid:authorisation_id>/end/",
        people_views.end_authorisation,
        name="end_authorisation",
    ),
    path("doctors/<uuid:provider_id>/correct/", people_views.correct_provider, name="correct_provider"),
    path("readers/<uuid:access_id>/end/", views.end_access, name="end_access"),
    path("plans/<uuid:coverage_id>/correct/", views.correct_coverage, name="correct_coverage"),
    path("cases/new/", views.new_case, name="new_case"),
    path("cases/<uuid:case_id>/people/", people_views.people, name="people"),
    path("cases/<uuid:case_id>/correct/", views.correct_case, name="correct_case"),
    path("cases/<uuid:case_id>/refusal/", views.record_denial, name="record_denial"),
    path("cases/<uuid:case_id>/facts/<uuid:event_id>/correct/", views.correct_event, name="correct_event"),
    path("cases/<uuid:case_id>/note/", views.write_note, name="write_note"),
    path("cases/<uuid:case_id>/tasks/", work_views.work, name="work"),
    path("cases/<uuid:case_id>/calls/add/", work_views.log_call, name="log_call"),
    path("cases/<uuid:case_id>/tasks/add/", work_views.add_task, name="add_task"),
    path("tasks/<uuid:task_id>/done/", work_views.finish_task, name="finish_task"),
    path("tasks/<uuid:task_id>/drop/", work_views.drop_task, name="drop_task"),
    path("tasks/<uuid:task_id>/give/", work_views.give_task, name="give_task"),
]
