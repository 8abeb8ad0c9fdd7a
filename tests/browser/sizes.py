"""At which width and in which theme pages are looked at: three pairs by `make test`, all by `make proof`."""

import pytest

SIZES = [
    (1440, "light"),
    (375, "dark"),
    (320, "light"),
    pytest.param(1440, "dark", marks=pytest.mark.proof),
    pytest.param(375, "light", marks=pytest.mark.proof),
]
