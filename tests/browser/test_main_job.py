"""The main job as its user does it: `make run`, a browser, a month that goes by."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from advocacy.demo.cast import PASSWORD
from advocacy.kernel import clock
from cases.casefile.services import CALIFORNIA
from tests.hours import morning_offset

pytestmark = pytest.mark.browser

# The plan's 30 days are over, even if the last of them is before Thanksgiving's four days.
LATER = 36

MADE_LETTER = (
    "Notice of denial\n\nThe service is not medically necessary. (This letter is made for the test.)\n"
)


def sample_letter(folder: Path) -> Path:
    """A real denial letter from ADVOCACY_SAMPLES; where that is absent a made one, and it says so."""
    samples = sorted(Path(os.environ.get("ADVOCACY_SAMPLES", "/nowhere")).glob("denial_*.txt"))
    if samples:
        return samples[0]
    print("ADVOCACY_SAMPLES names no letters: a made letter is used")
    made = folder / "made-letter.txt"
    made.write_text(MADE_LETTER)
    return made


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(var: Path, port: int, offset: str = "") -> Iterator[str]:
    """Everything that `make run` starts, with data of its own; stopped as by Ctrl-C, leaving no process."""
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG"}}
    environment = kept | {
        "ADVOCACY_VAR": str(var),
        "PORT": str(port),
        "ADVOCACY_CLOCK_OFFSET": offset,
        "PYTHONWARNINGS": "ignore",
    }
    log = var.parent / "run.log"
    with (
        log.open("a") as output,
        subprocess.Popen(
            [sys.executable, "manage.py", "dev"],
            cwd=settings.ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            wait_for(f"http://localhost:{port}/sign-in/", process, log)
            yield f"http://localhost:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0, log.read_text()[-2000:]
    left = subprocess.run(["pgrep", "-f", str(var)], capture_output=True, text=True, check=False)
    assert left.stdout == "", "processes are left after Ctrl-C"


def wait_for(url: str, process: Any, log: Path) -> None:
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.5)
    pytest.fail(f"nothing answers at {url}\n{log.read_text()[-2000:]}")


def sign_in(page: Any, base: str, who: str) -> None:
    page.goto(f"{base}/sign-in/")
    page.get_by_label("E-mail", exact=True).fill(f"{who}@demo.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="To do, soonest first").wait_for()


def fill_day(page: Any, legend: str, day: date) -> None:
    boxes = page.get_by_role("group", name=re.compile(legend))
    for label, value in (("Month", day.month), ("Day", day.day), ("Year", day.year)):
        boxes.get_by_label(label, exact=True).fill(str(value))


def take_client_in(page: Any, base: str) -> None:
    page.goto(f"{base}/o/harbor/")
    page.get_by_role("link", name="New case").first.click()
    page.get_by_role("link", name="Take a new client in").click()
    page.get_by_label("Given name").fill("Imani")
    page.get_by_label("Family name").fill("Quarles")
    page.get_by_role("button", name="Save client").click()
    page.get_by_label("Health plan").fill("Golden Bay HMO")
    page.get_by_label("Member number").fill("GB-31415")
    page.get_by_label("Who regulates this plan?").select_option("dmhc")
    page.get_by_label("How do we know?").select_option("notice_phone")
    page.get_by_label("Sure", exact=True).check()
    page.get_by_role("button", name="Save plan").click()
    page.get_by_label("What did the plan refuse?").fill("home nursing")
    page.get_by_role("button", name="Open case").click()


def write_refusal_down(page: Any, letter: Path, today: date) -> None:
    fill_day(page, "Date on the letter", today - timedelta(days=20))
    fill_day(page, "Day the letter came", today - timedelta(days=16))
    page.get_by_label("Why did the plan say no?").select_option("necessity")
    page.get_by_label("What the letter says").fill(letter.read_text(errors="replace")[:3900])
    page.get_by_role("button", name="Save refusal").click()
    page.get_by_role("link", name="Add a paper").first.click()
    page.get_by_label("Paper", exact=True).set_input_files(letter)
    page.get_by_label("What do we call it?").fill("Denial letter")
    page.get_by_role("button", name="Add paper").click()
    page.get_by_role("link", name="Denial letter", exact=True).wait_for()


def wait_for_mail(page: Any, base: str, number: str) -> str:
    """Reload the viewer until a reminder says that the case may go on; return its text."""
    for _ in range(60):
        page.goto(f"{base}/dev/mail/")
        reminders = page.locator("main a").filter(has_text=re.compile(r"case \d\d-\d+"))
        for address in [each.get_attribute("href") for each in reminders.all()]:
            page.goto(f"{base}{address}")
            text = page.locator(".mail-text").inner_text()
            if re.search(rf"Case:? {number}\W+Opens:", text):
                return str(text)
        time.sleep(1)
    raise AssertionError(f"no reminder of case {number} in the viewer")


def test_a_letter_comes_in_a_grievance_and_a_review_go_out_and_the_reminder_arrives(open_page, tmp_path):
    today = clock.now().astimezone(CALIFORNIA).date()
    var, port = tmp_path / "var", free_port()

    with running(var, port) as base:
        watched = open_page()
        page = watched.page
        sign_in(page, base, "bob")
        take_client_in(page, base)
        write_refusal_down(page, sample_letter(tmp_path), today)
        page.get_by_role("link", name="File the grievance").first.click()
        fill_day(page, "Day it was filed", today - timedelta(days=1))
        page.get_by_label("The client, or a parent or guardian").check()
        page.get_by_label("How did it go?").select_option("fax")
        page.get_by_role("button", name="Save filing").click()
        number = page.locator(".crumbs [aria-current]").inner_text()
        case_path = page.url.removeprefix(base)
        with page.expect_download() as download:
            page.get_by_role("link", name="Denial letter", exact=True).click()
        assert download.value.path().stat().st_size > 0
        assert watched.complaints == []

    with running(var, port, offset=morning_offset(days=LATER)) as base:
        watched = open_page(width=375, height=800)
        page = watched.page
        sign_in(page, base, "bob")
        assert page.get_by_role("link", name="Quarles, Imani").count() > 0
        page.goto(base + case_path)
        page.get_by_role("link", name="File the IMR application").first.click()
        fill_day(page, "Day it was filed", today + timedelta(days=LATER))
        page.get_by_label("The client, or a parent or guardian").check()
        page.get_by_label("How did it go?").select_option("web")
        page.get_by_label("Receipt or case number").fill("IMR-2026-1")
        text = wait_for_mail(open_page().page, base, number)
        page.get_by_role("button", name="Save filing").click()
        page.get_by_text("IMR filed").first.wait_for()
        assert not {"Imani", "Quarles", "nursing", "Golden"} & set(re.split(r"\W+", text))
        assert watched.complaints == []
