"""The stories that people let an organisation show, for everybody to read."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from advocacy.kernel import clock
from advocacy.site.doors import PublicRequest, public
from advocacy.testimonials import queries, wording

PER_PAGE = 10


@require_safe
@public
def index(request: PublicRequest) -> HttpResponse:
    """Show the stories, how many came, and why the others are not shown."""
    paginator = Paginator(queries.shown_here(queries.day_of(clock.now())), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    figures = queries.public_figures(shown=paginator.count)
    context = {
        "organisation": request.organisation,
        "cards": queries.cards(page.object_list),
        "page": page,
        "figures": figures,
        "reasons": wording.not_shown_words(figures.reasons),
    }
    return render(request, "testimonials/public.html", context)
