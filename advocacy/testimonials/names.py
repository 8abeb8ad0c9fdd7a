"""The name that stands under a story, as its author chose it. Pure."""

from advocacy.kernel.text import initials


def shown_name(choice: str, *, full_name: str, words: str) -> str:
    """Return the name to show: `full`, `first`, `initials`, or the author's own `words`."""
    name = " ".join(full_name.split())
    if choice == "full":
        return name
    if choice == "first":
        return name.partition(" ")[0]
    if choice == "initials":
        return ".".join(initials(name)) + "."
    return " ".join(words.split())
