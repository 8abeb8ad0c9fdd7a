"""At which widths and in which themes pages are looked at: three by `make test`, all by `make proof`.

A page is opened once and then looked at in each: its layout and colors follow the window by themselves.
"""

from typing import Any

import pytest

from tests.browser import axe

QUICK = [(1440, "light"), (375, "dark"), (320, "light")]
ALL = [(width, theme) for width in (1440, 375, 320) for theme in ("light", "dark")]
SIZES = [pytest.param(QUICK, id="quick"), pytest.param(ALL, id="all", marks=pytest.mark.proof)]


def faults_at(page: Any, sizes: list[tuple[int, str]]) -> list[str]:
    """Return what axe finds on the page that is open, and what scrolls sideways, at each size."""
    found = []
    for width, theme in sizes:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        found += [f"{width} {theme}: {fault}" for fault in axe.faults(page)]
    return found
