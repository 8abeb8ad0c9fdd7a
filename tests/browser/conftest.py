"""A Chromium for the tests that need one: missing here they are skipped, in CI they must run."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

# Playwright keeps an event loop in this thread; the fixtures' queries beside it are sequential all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    return os.environ.get("ADVOCACY_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    path = chromium_path()
    if path is None:
        reason = "no Chromium on PATH, and ADVOCACY_CHROMIUM names none"
        if os.environ.get("ADVOCACY_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                # Scripts run for moments on pages that are gone at once: to optimise them costs more.
                "--js-flags=--no-opt --no-maglev",
            ],
        )  # fmt: skip
        yield browser
        browser.close()


class Watched:
    """A page that remembers what its console complained of."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        # A form that did not go through answers 422, which the browser itself reports.
        if message.type in {"error", "warning"} and "status of 422" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Any]:
    """Return a function that opens a fresh, watched page of a size and a theme."""
    contexts = []

    def opened(*, width: int = 1440, height: int = 900, theme: str = "light") -> Watched:
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Watched(context.new_page())

    yield opened
    for context in contexts:
        context.close()
