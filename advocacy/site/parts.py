"""Which parts the public pages have, and how they are named in the bar."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

# Features that bring pages of their own: the module of their addresses, where it exists.
DIRECTORY: Final = "advocacy.site.directory_urls"
STORIES: Final = "advocacy.site.story_urls"


@dataclass(frozen=True)
class Link:
    """One entry of the bar."""

    key: str
    words: str
    url: str
    current: bool


def has(module: str) -> bool:
    """True if the module is there."""
    return find_spec(module) is not None


def links(slug: str, path: str) -> list[Link]:
    """Return the bar of an organisation's public pages, for the page at `path`."""
    home = reverse("site:home", args=[slug])
    named = [
        ("directory", _("Who regulates my plan?"), f"{home}directory/", has(DIRECTORY)),
        ("library", _("Library"), reverse("site:library", args=[slug]), True),
        ("stories", _("Stories"), f"{home}stories/", has(STORIES)),
        ("ask", _("Ask for help"), reverse("site:ask", args=[slug]), True),
    ]
    return [Link(key, words, url, path.startswith(url)) for key, words, url, there in named if there]
