"""The texts that authors sign, as data: every version that anybody may have signed. Pure."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("consents.toml")
NEEDS_REVIEW: Final = "needs-human-review"


@dataclass(frozen=True)
class ConsentText:
    """One version in one language, with the organisation's name filled in."""

    version: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    on_site: str
    on_embed: str
    on_embed_hint: str
    needs_review: bool


@cache
def _texts() -> dict[str, dict[str, dict[str, object]]]:
    return {each["version"]: each for each in tomllib.loads(FILE.read_text(encoding="utf-8"))["text"]}


def versions() -> tuple[str, ...]:
    """Return every version, oldest first."""
    return tuple(_texts())


def newest() -> str:
    """Return the version that is signed today."""
    return versions()[-1]


def text(*, version: str, language: str, organisation: str) -> ConsentText:
    """Return the text as it is, or was, shown.

    Raises: KeyError: there is no such version in that language.
    """
    words = _texts()[version][language]

    def filled(template: object) -> str:
        return str(template).replace("{organisation}", organisation)

    paragraphs = words["paragraphs"]
    assert isinstance(paragraphs, list)
    return ConsentText(
        version=version,
        language=language,
        title=filled(words["title"]),
        paragraphs=tuple(filled(each) for each in paragraphs),
        on_site=filled(words["on_site"]),
        on_embed=filled(words["on_embed"]),
        on_embed_hint=filled(words["on_embed_hint"]),
        needs_review=words["review"] == NEEDS_REVIEW,
    )


def knows(version: str, language: str) -> bool:
    """True if there is such a text."""
    return language in {"en", "es"} and language in _texts().get(version, {})
