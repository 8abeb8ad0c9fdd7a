"""The viewer at /dev/mail/: where mail goes that must not leave this machine."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from advocacy.mail import viewer


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "mail_viewer/index.html", {"mails": viewer.kept()})


@login_not_required
@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]
def detail(request: HttpRequest, name: str) -> HttpResponse:
    mail = viewer.find(name)
    if mail is None:
        raise Http404
    return render(request, "mail_viewer/detail.html", {"mail": mail})


@login_not_required
@require_safe
def body(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, in a sandbox: mail carries its own inline style."""
    mail = viewer.find(name)
    if mail is None:
        raise Http404
    response = HttpResponse(mail.html or "<p>No HTML part.</p>")
    response.headers["Content-Security-Policy"] = (
        "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
