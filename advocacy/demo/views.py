"""Pages for those who build the product."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """Every part of the look on one page."""
    return render(request, "ui/gallery.html")
