"""Pictures of the pages: `make pictures`, while `make run` serves the demo.

The README's tour goes to docs/tour; every page in every width and theme to var/pictures, to be looked at.
"""

import re
import sys
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from advocacy.demo.cast import PASSWORD, address
from tests.browser.conftest import chromium_path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "tour"
EVERY = ROOT / "var" / "pictures"
PUBLIC = {"sign-in": "/sign-in/", "site": "/s/harbor/", "stories": "/s/harbor/stories/"}
STAFF = {"today": "", "dates": "dates/", "cases": "cases/", "clients": "clients/", "requests": "requests/"}
LOOKS = [(width, theme) for width in (1440, 375) for theme in ("light", "dark")]


def sign_in(page: Any, base: str, who: str) -> None:
    page.goto(f"{base}/sign-in/")
    page.get_by_label("E-mail", exact=True).fill(address(who))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


def come_in_by_code(page: Any, base: str, who: str) -> None:
    """Sign in to the portal; the code is read from the viewer."""
    page.goto(f"{base}/p/harbor/sign-in/")
    page.locator("input[type=email]").fill(address(who))
    page.locator("button.button-main").click()
    asked, viewer = time.time(), page.context.new_page()
    code = None
    while code is None and time.time() - asked < 60:
        viewer.goto(f"{base}/dev/mail/")
        found = viewer.get_by_role("link", name=re.compile("código|code"))
        if found.count():
            found.first.click()
            code = re.search(r"\b[A-Z2-9]{4} [A-Z2-9]{4}\b", viewer.locator(".mail-text").inner_text())
        time.sleep(1)
    viewer.close()
    if code is None:
        raise SystemExit("no code came to the viewer: is the worker running?")
    page.locator("input[name=code]").fill(code.group())
    page.locator("button.button-main").click()
    page.wait_for_load_state()


def keep(page: Any, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")
    print(FOLDER / f"{name}.png")


def keep_all(page: Any, name: str) -> None:
    """Keep the open page in every width and theme, whole from top to bottom."""
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=EVERY / f"{name}-{width}-{theme}.png", full_page=True)
    print(EVERY / f"{name}-*.png")


def every_page(browser: Any, base: str) -> None:
    """Look at the main pages of each door."""
    EVERY.mkdir(parents=True, exist_ok=True)
    visitor = browser.new_page()
    for name, path in PUBLIC.items():
        visitor.goto(base + path)
        keep_all(visitor, name)
    staff = browser.new_page()
    sign_in(staff, base, "bob")
    for name, path in STAFF.items():
        staff.goto(f"{base}/o/harbor/{path}")
        keep_all(staff, name)
    staff.goto(f"{base}/o/harbor/")
    staff.locator("a.name-link").first.click()
    case = staff.url.rstrip("/")
    for name in ("", "people", "tasks", "papers", "review"):
        staff.goto(f"{case}/{name}/" if name else f"{case}/")
        keep_all(staff, f"case-{name or 'page'}")
    staff.goto(f"{case}/")
    staff.get_by_role("link", name=re.compile("Why this date")).first.click()
    keep_all(staff, "date")
    portal = browser.new_context().new_page()
    come_in_by_code(portal, base, "maria")
    keep_all(portal, "portal-home")


def tour(browser: Any, base: str) -> None:
    """Walk every door and keep one picture of each."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wide = {"width": 1280, "height": 860}
    page = browser.new_context(viewport=wide).new_page()
    sign_in(page, base, "bob")
    keep(page, "1-today")
    page.locator("a.name-link").first.click()
    keep(page, "2-case")
    page.get_by_role("link", name=re.compile("Why this date")).first.click()
    keep(page, "3-date")
    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    come_in_by_code(phone, base, "maria")
    keep(phone, "4-portal")
    public = browser.new_context(viewport=wide).new_page()
    for name, path in (("5-site", ""), ("6-stories", "stories/"), ("7-directory", "directory/")):
        public.goto(f"{base}/s/harbor/{path}")
        keep(public, name)
    console = browser.new_context(viewport=wide).new_page()
    sign_in(console, base, "olga")
    console.goto(f"{base}/admin/")
    keep(console, "8-console")


def main(base: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"]
        )
        tour(browser, base)
        every_page(browser, base)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
