"""Message catalogues by Babel: what clients and the public read, in Spanish.

The `.po` file is what people edit; the `.mo` beside it is made from it. A string that has no Spanish
yet, or whose Spanish no person has reviewed, is known by its flag.
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize

KEYWORDS: Final = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
CODE: Final = ("advocacy", "cases", "reminders")
NEEDS_REVIEW: Final = "needs human review"


def po_path(language: str) -> Path:
    """Return where the catalogue of a language stands."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def _sources() -> Iterator[tuple[str, str]]:
    """Every file that may hold a string: templates are turned into code first, as Django does."""
    for path in sorted((settings.ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            # What is left of the markup is no program: only its indentation could be taken for one.
            lines = (line.lstrip() for line in templatize(path.read_text()).splitlines())
            yield str(path.relative_to(settings.ROOT)), "\n".join(lines)
    for folder in CODE:
        for path in sorted((settings.ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(settings.ROOT)), path.read_text()


def found() -> Catalog:
    """Return every string that the code and the templates mark, with where it stands."""
    catalogue = Catalog(project="Advocacy", charset="utf-8")
    for name, text in _sources():
        for _, message, _, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
            catalogue.add(message, locations=[(name, 0)], context=context)
    return catalogue


def read(language: str) -> Catalog:
    """Return the catalogue of a language as it stands."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Advocacy", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def missing(language: str) -> list[str]:
    """Return the strings that have no translation, or no longer stand anywhere."""
    catalogue, wanted = read(language), found()
    untranslated = [
        str(message.id)
        for message in wanted
        if message.id and not _translated(catalogue.get(message.id, message.context))
    ]
    stale = [str(message.id) for message in catalogue if message.id and message.id not in wanted]
    return untranslated + stale


def _translated(message: object) -> bool:
    text = getattr(message, "string", "")
    return all(text) if isinstance(text, tuple) else bool(text)


def update(language: str) -> None:
    """Add new strings to the catalogue, drop those that are gone, and make the compiled file."""
    catalogue = read(language)
    catalogue.update(found(), no_fuzzy_matching=True)
    catalogue.fuzzy = False
    catalogue.obsolete.clear()
    for message in catalogue:
        marked = NEEDS_REVIEW in message.auto_comments + message.user_comments
        # A reviewer takes the mark away; only a string that is new gets it.
        if message.id and not marked and not _translated(message):
            message.user_comments.append(NEEDS_REVIEW)
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, sort_output=True, include_lineno=False, omit_header=False, width=110)
    path.with_suffix(".mo").write_bytes(compiled(language))


def compiled(language: str) -> bytes:
    """Return the compiled form of the catalogue."""
    buffer = io.BytesIO()
    write_mo(buffer, read(language))
    return buffer.getvalue()
