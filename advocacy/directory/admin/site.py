"""The operator's door at `/admin/`: Django's admin with one way in, and nothing of any client."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

from advocacy.accounts import factors
from advocacy.accounts.models import User

# Django's admin brings these along. People sign in, sign out and choose passwords on our own pages,
# and a link by content type would reach any table.
NOT_OFFERED = frozenset({"logout", "password_change", "password_change_done", "view_on_site"})


class Console(AdminSite):
    """Registers the directory and the organisations, never a table of an organisation's own."""

    site_header = "Platform console"
    site_title = "Platform console"
    index_title = "Platform console"
    site_url = None
    enable_nav_sidebar = False
    index_template = "admin/console_index.html"
    app_index_template = "admin/console_index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_active and user.is_operator

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Answer anybody but an operator with 404: the console does not exist for them.

        An operator whose session has not taken a second step is led to it.
        """
        opened = super().admin_view(view, cacheable)

        @wraps(opened)
        def operators_only(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                raise Http404
            if _lacks_second_step(request):
                return factors.lead_to(request)
            return opened(request, *args, **kwargs)

        return operators_only

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the one sign-in page, whose limits hold here too: this door has no form of its own."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Http404
        target = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from advocacy.directory.admin.stale import stale_records

        kept = [each for each in super().get_urls() if getattr(each, "name", None) not in NOT_OFFERED]
        stale = path("stale/", self.admin_view(stale_records), name="stale")
        return [stale, *kept]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"section": "console"}


def _lacks_second_step(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and factors.needed_by(request.user) and not factors.taken(request)


console = Console(name="admin")
