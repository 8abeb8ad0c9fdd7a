"""Templates: none unused, none that trusts what people type, and each part says what it needs."""

import re
from pathlib import Path

import allauth

from tests.architecture.tree import code, templates, texts

# Django takes these by their names.
BY_NAME = {"400.html", "403.html", "429.html", "403_csrf.html", "404.html", "500.html"}
NAMED = re.compile(r"""\{%\s*(?:include|extends)\s+["']([^"']+)["']""")
TARGET = re.compile(r"""hx-(?:target|select|include)=["']#([\w-]+)["']""")
ID = re.compile(r"""\bid=["']([\w-]+)["']""")
INLINE = re.compile(r"""<[a-z][^>]*\s(style|on[a-z]+)\s*=""", re.IGNORECASE)
ALLAUTH = Path(allauth.__file__).parent
# A trusted text, and why.
TRUSTED: dict[str, str] = {}


def pages() -> dict[str, str]:
    """Templates of pages; mails carry their style with them."""
    return {name: text for name, text in templates().items() if not name.startswith("mail/")}


def test_every_template_is_used() -> None:
    named = {name for text in templates().values() for name in NAMED.findall(text)}
    strings = {text for path in code().values() for text in texts(path)}
    unused = [
        name
        for name in templates()
        if name not in named | strings | BY_NAME
        and not any(folder in strings for folder in _mail_folder(name))
        and not _replaces_one_of_allauth(name)
    ]

    assert unused == []


def _mail_folder(name: str) -> list[str]:
    parts = name.split("/")
    return [parts[1]] if parts[0] == "mail" and len(parts) == 3 else []


def _replaces_one_of_allauth(name: str) -> bool:
    return name.startswith(("account/", "mfa/")) and any(ALLAUTH.glob(f"**/templates/{name}"))


def test_every_template_that_is_named_is_there() -> None:
    missing = [
        f"{name}: {wanted}"
        for name, text in templates().items()
        for wanted in NAMED.findall(text)
        if wanted not in templates()
    ]

    assert missing == []


def test_every_place_that_htmx_fills_is_there() -> None:
    ids = {name for text in templates().values() for name in ID.findall(text)}
    wanted = {name for text in templates().values() for name in TARGET.findall(text)}

    assert len(ids) > 20
    assert wanted - ids == set()


def test_every_part_says_first_what_it_needs() -> None:
    parts = {
        name: text
        for name, text in pages().items()
        if name.startswith("ui/") or name.rpartition("/")[2].startswith("_")
    }
    silent = [
        name
        for name, text in parts.items()
        if not re.match(r"\{#.*?\bNeeds\b", text) and "gallery" not in name
    ]

    assert len(parts) > 25
    assert silent == [], "begin with {# Needs: … #}"


def test_every_page_begins_with_a_comment() -> None:
    silent = [
        name for name, text in pages().items() if text.strip() and name.endswith(".html") and text[:2] != "{#"
    ]

    assert silent == [], "begin with {# what it is. Needs: … #}"


def test_no_template_trusts_what_people_type() -> None:
    wrong = [
        f"{name}: {found}"
        for name, text in pages().items()
        for found in re.findall(r"\|\s*safe(?:seq)?\b|\{%\s*autoescape\s+off", text)
        if name not in TRUSTED
    ]

    assert wrong == []


def test_no_template_carries_style_or_script_in_a_tag() -> None:
    wrong = [f"{name}: {found[1]}" for name, text in pages().items() for found in INLINE.finditer(text)]
    scripts = [
        name
        for name, text in pages().items()
        if re.search(r"<script(?![^>]*\bsrc=)|<style", text, re.IGNORECASE)
    ]

    assert wrong == []
    assert scripts == []


def test_every_form_that_posts_carries_its_token() -> None:
    bare, forms = [], 0
    for name, text in pages().items():
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL | re.IGNORECASE):
            if re.search(r"""method=["']post""", form, re.IGNORECASE):
                forms += 1
                if "csrf_token" not in form:
                    bare.append(name)

    assert forms > 5
    assert bare == []


def test_every_link_to_another_site_says_who_sent_nobody() -> None:
    wrong = [
        name
        for name, text in pages().items()
        for link in re.findall(r"<a\b[^>]*target=[^>]*>", text)
        if "noopener" not in link
    ]

    assert wrong == []
