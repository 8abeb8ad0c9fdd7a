"""At which widths and in which themes pages are looked at: by `make test` a few, by `make proof` all.

A page is opened once and then looked at in each: its layout and colors follow the window by themselves.
"""

from typing import Any

import pytest

from tests.browser import axe

QUICK = [(1440, "light"), (375, "dark")]
ALL = [(width, theme) for width in (1440, 375, 320) for theme in ("light", "dark")]
SIZES = [pytest.param(QUICK, id="quick"), pytest.param(ALL, id="all", marks=pytest.mark.proof)]
# A window at four times its size (WCAG 1.4.10): nothing may hang out. Always asked, for it costs nothing.
NARROWEST = 320


def faults_at(page: Any, sizes: list[tuple[int, str]]) -> list[str]:
    """Return what axe finds on the page that is open at each size, and what scrolls sideways."""
    found = []
    for width, theme in sizes:
        _resize(page, width)
        page.emulate_media(color_scheme=theme)
        found += [f"{width} {theme}: {fault}" for fault in axe.faults(page)]
    _resize(page, NARROWEST)
    return found + [f"{NARROWEST}: {fault}" for fault in axe.sideways(page)]


def _resize(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
