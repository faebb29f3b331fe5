"""`python -m tests.dialects.acquia.golden [NAME ...]` plays the cases whose names begin so, and writes the answers."""

import sys

from tests.dialects.acquia.golden.pairs import PAIRS
from tests.dialects.golden.recording import main

if __name__ == "__main__":
    sys.exit(main(PAIRS, sys.argv[1:]))
