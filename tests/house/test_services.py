"""One shape for every service: a card that says what it owns and says, and an import that does nothing."""

import ast
import subprocess
import sys
import textwrap

from tests.house.project import PRODUCT, ROOT, SERVICES, complain, modules

LINES_OF_A_CARD = ("Owns:", "Consumes:", "Publishes:", "Serves:")


def test_the_init_of_every_service_is_its_card() -> None:
    offenders = []
    for module in modules(*(f"services/{name}" for name in SERVICES)):
        if module.name.count(".") != 1 or module.path.name != "__init__.py":
            continue
        card = (ast.get_docstring(module.tree) or "").splitlines()
        missing = [line for line in LINES_OF_A_CARD if not any(written.strip().startswith(line) for written in card)]
        if missing:
            offenders.append(f"{module.where}:1 lacks {', '.join(missing)}")
        if len(module.tree.body) > 1:
            offenders.append(f"{module.at(module.tree.body[1])} holds code; a card is only a docstring")
    complain("A service's __init__.py says in one sentence what it does, then owns, consumes, publishes, serves.", offenders)


def test_importing_any_module_opens_no_socket_starts_no_thread_and_writes_nothing() -> None:
    names = [module.name for module in modules(*PRODUCT)]
    script = textwrap.dedent(
        """
        import importlib, os, sys, threading

        forbidden = {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.mkdir", "os.remove"}

        def watch(event, arguments):
            writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
            if event in forbidden or writes:
                sys.exit(f"importing {current} did {event} {arguments[:2]}")

        current = ""
        sys.dont_write_bytecode = True
        sys.addaudithook(watch)
        for current in sys.argv[1:]:
            importlib.import_module(current)
            if threading.active_count() > 1:
                sys.exit(f"importing {current} started a thread")
        """
    )
    done = subprocess.run([sys.executable, "-c", script, *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
