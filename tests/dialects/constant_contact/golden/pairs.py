"""The pairs of this dialect."""

from pathlib import Path

from tests.dialects.constant_contact.golden.cases import CASES
from tests.dialects.constant_contact.golden.stage import ConstantContactStage
from tests.dialects.golden.pairs import Pairs

PAIRS = Pairs(Path(__file__).parent, CASES, ConstantContactStage)
