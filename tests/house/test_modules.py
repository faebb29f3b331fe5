"""What every module looks like: it says what it is for, it is short, and its name says something."""

import ast

from tests.house.project import EVERYTHING, PRODUCT, complain, modules

EMPTY_WORDS = {"utils", "util", "common", "helpers", "helper", "base", "manager", "core", "misc"}
MOCKS = {"unittest", "mock", "mongomock", "pytest_mock", "mongomock_motor"}
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 50
MOST_LINES_OF_AN_OPENING = 5


def test_every_module_of_the_product_begins_with_one_to_five_lines_that_say_what_it_is_for() -> None:
    offenders = []
    for module in modules(*PRODUCT):
        opening = (ast.get_docstring(module.tree) or "").split("\n\n")[0].strip()
        if not opening:
            offenders.append(f"{module.where}:1 has no docstring")
        elif len(opening.splitlines()) > MOST_LINES_OF_AN_OPENING:
            offenders.append(f"{module.where}:1 opens with {len(opening.splitlines())} lines")
    complain("A module begins with what it is for and the one thing that must stay true.", offenders)


def test_no_module_has_a_name_that_says_nothing() -> None:
    offenders = [module.where for module in modules(*EVERYTHING) if EMPTY_WORDS & set(module.name.split("."))]
    complain(f"Modules are called after what they know, never {', '.join(sorted(EMPTY_WORDS))}.", offenders)


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    lengths = {module.where: len(module.text.splitlines()) for module in modules(*EVERYTHING)}
    offenders = [f"{where}:1 has {lines} lines" for where, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE]
    complain(f"A file has at most {MOST_LINES_OF_A_FILE} lines.", offenders)


def test_no_function_is_longer_than_fifty_lines() -> None:
    offenders = []
    for module in modules(*EVERYTHING):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    offenders.append(f"{module.at(node)} {node.name} has {lines} lines")
    complain(f"A function has at most {MOST_LINES_OF_A_FUNCTION} lines.", offenders)


def test_the_name_of_every_test_is_a_sentence() -> None:
    offenders = []
    for module in modules("tests"):
        functions = (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
        tests = (node for node in functions if node.name.startswith("test_"))
        offenders += [f"{module.at(node)} {node.name}" for node in tests if len(node.name.split("_")) < 5]
    complain("A test's name is a sentence: test_a_chunk_delivered_twice_writes_its_contacts_once.", offenders)


def test_no_test_imports_a_library_of_mocks() -> None:
    offenders = []
    for module in modules("tests"):
        imports = [node for node in ast.walk(module.tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        for node in imports:
            names = [str(node.module)] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            if MOCKS & {name.split(".")[0] for name in names}:
                offenders.append(module.at(node))
    complain("Tests use real parts or a port's second engine, never mocks.", offenders)
