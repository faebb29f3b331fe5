"""`python -m tests.golden` writes the generated files; with `--check` it says which are out of date and fails."""

import sys

from tests.golden.generated import out_of_date, write


def main(arguments: list[str]) -> int:
    """The command. Returns the exit code."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m tests.golden [--check]", file=sys.stderr)
        return 2
    if not arguments:
        changed = write()
        print("\n".join(f"wrote {name}" for name in changed) or "Everything was up to date.")
        return 0
    complaints = out_of_date()
    if complaints:
        print("\n".join(complaints), file=sys.stderr)
        print("Run `python -m tests.golden`, look at what changed, and commit it.", file=sys.stderr)
        return 1
    print("Every generated file is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
