"""Every colour pair of the product, computed again from the stylesheet."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[2] / "advocacy" / "static" / "advocacy"
TOKENS = (STYLES / "tokens.css").read_text(encoding="utf-8")

TEXT_PAIRS = [
    *(("ink", ground) for ground in ("surface", "bg", "sunken", "accent-tint", "note-tint")),
    *(("ink-2", ground) for ground in ("surface", "bg", "sunken", "accent-tint")),
    *(("accent", ground) for ground in ("surface", "bg", "sunken", "accent-tint")),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("accent-hover", "surface"),
    ("accent-hover", "bg"),
    ("on-alarm", "alarm"),
    ("alarm-ink", "alarm-tint"),
    ("alarm-ink", "surface"),
    ("alarm-ink", "bg"),
    ("alarm-ink", "sunken"),
    ("soon-ink", "soon-tint"),
    ("wait-ink", "wait-tint"),
    ("ok-ink", "ok-tint"),
    ("note-ink", "note-tint"),
    ("bg", "ink"),
]
EDGE_PAIRS = [
    *((role, ground) for role in ("edge", "focus") for ground in ("surface", "bg", "sunken")),
    ("focus", "accent-tint"),
    ("focus-inverse", "ink"),
    ("alarm-ink", "alarm-tint"),
    ("note-ink", "surface"),
]


def declared(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})\s*;", block))


def block_after(selector: str) -> dict[str, str]:
    """The colours in the first block after the selector. Token blocks hold no nested braces."""
    start = TOKENS.index(selector)
    return declared(TOKENS[TOKENS.index("{", start + len(selector) - 1) : TOKENS.index("}", start)])


LIGHT = block_after(":root {")
DARK_DEVICE = block_after(':root:not([data-theme="light"]) {')
DARK_CHOSEN = block_after(':root[data-theme="dark"] {')
THEMES = {"light": LIGHT, "dark": DARK_CHOSEN}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_knows_its_ends() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_both_dark_lists_are_the_same_and_complete() -> None:
    assert DARK_DEVICE == DARK_CHOSEN
    assert DARK_CHOSEN.keys() == LIGHT.keys()
    assert len(LIGHT) == 25


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "ground"), TEXT_PAIRS)
def test_text_has_seven_to_one(theme: str, front: str, ground: str) -> None:
    assert contrast(THEMES[theme][front], THEMES[theme][ground]) >= 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "ground"), EDGE_PAIRS)
def test_edges_and_focus_have_three_to_one(theme: str, front: str, ground: str) -> None:
    assert contrast(THEMES[theme][front], THEMES[theme][ground]) >= 3


def test_violet_is_kept_for_focus() -> None:
    for theme in THEMES.values():
        others = {role: colour for role, colour in theme.items() if not role.startswith("focus")}
        assert theme["focus"] not in others.values()


# Print sets its own black and white; elsewhere a colour is a token.
COLOURLESS = sorted(path for path in STYLES.glob("*.css") if path.name not in {"tokens.css", "print.css"})


@pytest.mark.parametrize("path", COLOURLESS, ids=lambda path: path.name)
def test_colours_stand_only_in_the_tokens(path: Path) -> None:

    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_a_stylesheet_stays_short_and_uses_only_known_tokens(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    known = set(re.findall(r"(--[a-z0-9-]+)\s*:", TOKENS))
    assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) <= known
    assert len(text.splitlines()) < 400
