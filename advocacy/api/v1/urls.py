from django.urls import path, re_path

from advocacy.api.v1.views import cases, clients, deadlines, directory, document, filings

READ = {"get": "retrieve"}
CHANGE = {"get": "retrieve", "patch": "partial_update"}
LIST = {"get": "list"}
ADD = {"get": "list", "post": "create"}
MOVE = {"post": "move"}

app_name = "api"
urlpatterns = [
    path("schema/", document.schema, name="schema"),
    path("docs/", document.docs, name="docs"),
    path("clients/", clients.Clients.as_view(ADD), name="clients"),
    path("clients/<uuid:client_id>/", clients.Clients.as_view(CHANGE), name="client"),
    path("coverages/", clients.Coverages.as_view(ADD), name="coverages"),
    path("coverages/<uuid:coverage_id>/", clients.Coverages.as_view(CHANGE), name="coverage"),
    path("cases/", cases.Cases.as_view(ADD), name="cases"),
    path("cases/<uuid:case_id>/", cases.Cases.as_view(CHANGE), name="case"),
    path("denials/", cases.Denials.as_view(ADD), name="denials"),
    path("denials/<uuid:denial_id>/", cases.Denials.as_view(READ), name="denial"),
    path("events/", cases.Events.as_view(LIST), name="events"),
    path("events/<uuid:event_id>/", cases.Events.as_view(READ), name="event"),
    path("events/<uuid:event_id>/corrections/", cases.Events.as_view({"post": "correct"}), name="correct"),
    path("grievances/", filings.Grievances.as_view(ADD), name="grievances"),
    path("grievances/<uuid:grievance_id>/", filings.Grievances.as_view(READ), name="grievance"),
    path(
        "grievances/<uuid:grievance_id>/moves/",
        filings.Grievances.as_view(MOVE),
        name="grievance_move",
    ),
    path("imr-filings/", filings.Filings.as_view(ADD), name="filings"),
    path("imr-filings/<uuid:filing_id>/", filings.Filings.as_view(READ), name="filing"),
    path("imr-filings/<uuid:filing_id>/moves/", filings.Filings.as_view(MOVE), name="filing_move"),
    path("deadlines/", deadlines.Deadlines.as_view(LIST), name="deadlines"),
    path("deadlines/preview/", deadlines.Deadlines.as_view({"post": "preview"}), name="preview"),
    path("deadlines/<uuid:deadline_id>/", deadlines.Deadlines.as_view(READ), name="deadline"),
    path("deadlines/<uuid:deadline_id>/meet/", deadlines.Deadlines.as_view({"post": "meet"}), name="meet"),
    path("deadlines/<uuid:deadline_id>/waive/", deadlines.Deadlines.as_view({"post": "waive"}), name="waive"),
    path("directory/regulators/", directory.Regulators.as_view(LIST), name="regulators"),
    path("directory/regulators/<slug:key>/", directory.Regulators.as_view(READ), name="regulator"),
    path("directory/offices/", directory.Offices.as_view(LIST), name="offices"),
    path("directory/offices/<slug:key>/", directory.Offices.as_view(READ), name="office"),
    path("directory/forms/", directory.Forms.as_view(LIST), name="forms"),
    path("directory/forms/<slug:key>/", directory.Forms.as_view(READ), name="form"),
    path("directory/plans/", directory.Plans.as_view(LIST), name="plans"),
    path("directory/plans/<slug:key>/", directory.Plans.as_view(READ), name="plan"),
    # Whatever else is asked for gets our "no", and not a page for people.
    re_path(r"^[\s\S]*$", document.nothing, name="nothing"),
]
