"""The directory as the files say it: plain rows, read from `catalog/*.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "catalog"

Row = dict[str, Any]

# Model -> (file, list in it). In the order in which one row may name another by its key.
PLACES: Final[dict[str, tuple[str, str]]] = {
    "Regulator": ("regulators.toml", "record"),
    "Office": ("offices.toml", "record"),
    "Form": ("forms.toml", "record"),
    "FormVersion": ("forms.toml", "version"),
    "HealthPlan": ("plans.toml", "record"),
}


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def rows(model: str) -> list[Row]:
    """Return the rows of one model, each with the file's defaults and without surrounding space."""
    name, part = PLACES[model]
    content = _read(name)
    return [
        {key: _trimmed(value) for key, value in (content["defaults"] | row).items()} for row in content[part]
    ]


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
