"""The command line. Operators' commands work straight on the database; every other one is a client that only speaks HTTP.

A command loads what it needs when it runs, so that `--help` and the completion of a shell stay quick.
"""

from services.cli.app import main as main

__all__ = ["main"]
