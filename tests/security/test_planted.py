"""`make proof` plants leaks: a place that has moved would be noticed there only, half an hour later."""

import ast

import pytest

from tests.security.planted import PLANTS, ROOT, Plant


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_plant_has_one_place_and_leaves_a_module_that_can_be_read(plant: Plant) -> None:
    text = (ROOT / plant.path).read_text(encoding="utf-8")

    assert text.count(plant.old) == 1, f"its place in {plant.path} is gone, or is not the only one"
    ast.parse(text.replace(plant.old, plant.new))
