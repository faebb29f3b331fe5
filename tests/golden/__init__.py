"""Generated files: what they must contain. `python -m tests.golden` writes them, `--check` fails when one is out of date."""
