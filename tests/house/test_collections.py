"""One door per collection: the name of a MongoDB collection stands in exactly one module."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.house.project import PRODUCT, Module, complain, modules

DATABASES = {"database", "db", "_database", "_db"}


def test_the_name_of_a_collection_stands_in_exactly_one_module() -> None:
    doors: dict[str, dict[str, str]] = defaultdict(dict)
    for module in modules(*PRODUCT):
        for name, place in collections_named_in(module):
            doors[name].setdefault(module.where, place)
    offenders = [f"{name!r}: {', '.join(places.values())}" for name, places in sorted(doors.items()) if len(places) > 1]
    complain("A collection has one door: the module that names it. Others ask that module.", offenders)


def test_the_rule_sees_each_way_of_naming_a_collection() -> None:
    seen = [
        'COLLECTION = "a"',
        'OUTBOX_COLLECTION: Final = "b"',
        'database["c"]',
        'self._database["d"]',
        'self.mongo.collection("e")',
    ]
    source = "\n".join([*seen, 'other["f"]', "database[name]"])
    module = Module(path=Path(__file__), text=source, tree=ast.parse(source))
    assert [name for name, _ in collections_named_in(module)] == ["a", "b", "c", "d", "e"]


def collections_named_in(module: Module) -> Iterator[tuple[str, str]]:
    """Each collection name with its place: constants called COLLECTION, subscripts of a database, calls of `collection`."""
    for node in ast.walk(module.tree):
        for found in (_constant(node), _subscript(node), _call(node)):
            if isinstance(found, ast.Constant) and isinstance(found.value, str):
                yield found.value, module.at(found)


def _constant(node: ast.AST) -> ast.expr | None:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.Assign | ast.AnnAssign) and any(name.lstrip("_").endswith("COLLECTION") for name in names):
        return node.value
    return None


def _subscript(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Subscript) and _last_name(node.value) in DATABASES:
        return node.slice
    return None


def _call(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Call) and node.args and _last_name(node.func) in {"collection", "get_collection"}:
        return node.args[0]
    return None


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
