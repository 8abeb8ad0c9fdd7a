"""The sign-ins that a demo shows on its sign-in page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from advocacy.demo.cast import PASSWORD
from advocacy.demo.cast import sign_ins as demo_sign_ins


def sign_ins(request: HttpRequest) -> dict[str, Any]:
    """Return the demo's people on the sign-in page, where a demo is allowed and seeded."""
    match = getattr(request, "resolver_match", None)
    if not settings.DEMO_ALLOWED or match is None or match.view_name != "account_login":
        return {}
    from advocacy.organisations.models import Organisation

    if not Organisation.objects.filter(is_demo=True).exists():
        return {}
    return {"demo_sign_ins": demo_sign_ins(), "demo_password": PASSWORD}
