"""What a browser sends is read by declared names alone: a field nobody declared is nobody's to write."""

import ast

from tests.architecture.tree import code, tree_of

# Reads one named value, or hands everything to a form, which takes what it declares.
ONE_VALUE = {"get", "getlist"}
# Functions that take it whole: the trap of an open form, and those that hand it to a form if it was posted.
TAKERS = {"was_trapped", "posted", "data"}


def parents_in(tree: ast.Module) -> dict[ast.AST, ast.AST]:
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def is_post(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "POST"


def is_read_by_name(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """True for `.get("one")`, and for what is handed to a form, also through `x if ... else None`."""
    above = parents[node]
    if isinstance(above, ast.Attribute) and above.attr in ONE_VALUE:
        call = parents[above]
        return isinstance(call, ast.Call) and isinstance(call.args[0], ast.Constant)
    while isinstance(above, ast.IfExp):
        above = parents[above]
    if isinstance(above, ast.Call):
        name = getattr(above.func, "id", getattr(above.func, "attr", ""))
        return name.endswith("Form") or name in TAKERS
    function = above
    while not isinstance(function, ast.FunctionDef):
        function = parents[function]
    return isinstance(above, ast.Return) and function.name in TAKERS


def test_what_is_posted_is_read_by_declared_names() -> None:
    reads = [
        (f"{name}:{node.lineno}", is_read_by_name(node, parents))
        for name, path in code().items()
        for tree in [tree_of(path)]
        for parents in [parents_in(tree)]
        for node in ast.walk(tree)
        if is_post(node)
    ]

    assert len(reads) > 10
    assert [where for where, by_name in reads if not by_name] == []


def test_a_form_of_a_model_lists_its_fields() -> None:
    listed, faults = 0, []
    for name, path in code().items():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.ClassDef) or node.name != "Meta":
                continue
            said = {
                target.id: each.value
                for each in node.body
                if isinstance(each, ast.Assign)
                for target in each.targets
                if isinstance(target, ast.Name)
            }
            named = isinstance(said.get("fields", ast.List()), (ast.List, ast.Tuple))
            if "exclude" in said or not named:
                faults.append(f"{name}:{node.lineno}")
            listed += "fields" in said

    assert listed > 2
    assert faults == []
