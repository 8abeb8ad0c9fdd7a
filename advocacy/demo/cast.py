"""The invented people of the demo."""

from typing import Final

PASSWORD: Final = "harbor-lights-demo"

HARBOR: Final = ("Harbor Health Advocates", "harbor")
SIERRA: Final = ("Sierra Patient Alliance", "sierra")

# name, sign-in name, organisation's slug, role
PEOPLE: Final = (
    ("Alice Moreau", "alice", "harbor", "owner"),
    ("Dana Whitfield", "dana", "harbor", "supervisor"),
    ("Bob Ortega", "bob", "harbor", "advocate"),
    ("Vera Lindgren", "vera", "harbor", "volunteer"),
    ("Charlie Nakamura", "charlie", "sierra", "advocate"),
)
# name, sign-in name, whose file (family name), language; they sign in by mailed code.
CLIENTS: Final = (
    ("María Reyes", "maria", "Reyes", "es"),
    ("Ngozi Okafor", "ngozi", "Okafor", "en"),
)
OPERATOR: Final = ("Olga Petrov", "olga")


def address(sign_in: str) -> str:
    """Return the demo address of a sign-in name."""
    return f"{sign_in}@demo.example"


def sign_ins() -> list[dict[str, str]]:
    """Return who can sign in to the demo, as the sign-in page and the console show it."""
    names = {slug: name for name, slug in (HARBOR, SIERRA)}
    rows = [
        {"name": name, "email": address(sign_in), "role": role, "organisation": names[slug]}
        for name, sign_in, slug, role in PEOPLE
    ]
    name, sign_in = OPERATOR
    return [
        *rows,
        {"name": name, "email": address(sign_in), "role": "operator", "organisation": "the platform"},
    ]
