"""Every address of the project, by door."""

from allauth.account import views as allauth
from django.conf import settings
from django.urls import include, path, re_path

from advocacy.directory.admin import console

# Of allauth's pages only those that someone with an invitation needs.
account = [
    path("sign-in/", allauth.login, name="account_login"),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("password/forgotten/", allauth.password_reset, name="account_reset_password"),
    path("password/sent/", allauth.password_reset_done, name="account_reset_password_done"),
    # The key holds dashes of its own: only the first one ends the id.
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/changed/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"
    ),
    path("account/inactive/", allauth.account_inactive, name="account_inactive"),
]

staff = [
    path("", include("advocacy.dashboard.urls")),
    path("", include("cases.casefile.urls")),
    path("", include("cases.documents.urls")),
    path("", include("cases.deadlines.urls")),
    path("", include("cases.grievances.urls")),
    path("", include("cases.appeals.urls")),
    path("", include("cases.imr.urls")),
    path("", include("cases.messages.urls")),
    path("", include("cases.intake.urls")),
    path("", include("advocacy.directory.urls")),
    path("", include("advocacy.testimonials.urls")),
    path("", include("advocacy.library.urls")),
    path("", include("advocacy.api.urls")),
]

urlpatterns = [
    path("", include("advocacy.accounts.urls")),
    *account,
    path("o/<slug:org_slug>/", include(staff)),
    path("p/<slug:org_slug>/", include("advocacy.portal.urls")),
    path("s/<slug:org_slug>/", include("advocacy.site.urls")),
    path("embed/", include("advocacy.testimonials.embed_urls")),
    path("api/v1/", include("advocacy.api.v1.urls")),
    path("admin/", console.urls),
    path("", include("reminders.urls")),
]

if settings.DEMO_ALLOWED:
    urlpatterns += [
        path("dev/mail/", include("advocacy.mail.urls")),
        path("dev/", include("advocacy.demo.urls")),
    ]
