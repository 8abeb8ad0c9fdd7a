"""Every address of the project, by door."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from advocacy.accounts.views import own_sign_in
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
    path("me/password/", allauth.password_change, name="account_change_password"),
    path("me/again/", allauth.reauthenticate, name="account_reauthenticate"),
    # The second step: at sign-in, once more before a change, and the changes.
    path("sign-in/second-step/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", login_not_required(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("me/again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("me/again/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    # allauth comes back to these two names: one page of ours has what both of its own would show.
    path("me/", own_sign_in, name="mfa_index"),
    path("me/passkeys/", own_sign_in, name="mfa_list_webauthn"),
    path("me/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("me/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("me/app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("me/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("me/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("me/recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
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
    path("", include("reminders.status_urls")),
    path("", include("reminders.by_hand_urls")),
    path("", include("reminders.staff_urls")),
    path("", include("reminders.feeds.urls")),
]

urlpatterns = [
    path("", include("advocacy.accounts.urls")),
    *account,
    path("o/<slug:org_slug>/", include(staff)),
    path("p/<slug:org_slug>/", include("advocacy.portal.urls")),
    path("s/<slug:org_slug>/", include("advocacy.site.urls")),
    path("embed/", include("advocacy.testimonials.embed_urls")),
    path("api/v1/", include("advocacy.api.v1.urls")),
    # Before the console, which answers for every other address below its own.
    path("", include("reminders.urls")),
    path("admin/", console.urls),
]

if settings.DEMO_ALLOWED:
    urlpatterns += [
        path("dev/mail/", include("advocacy.mail.urls")),
        path("dev/", include("advocacy.demo.urls")),
    ]
