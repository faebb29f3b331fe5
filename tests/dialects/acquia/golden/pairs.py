"""The pairs of this dialect."""

from pathlib import Path

from tests.dialects.acquia.golden.cases import CASES
from tests.dialects.acquia.golden.stage import AcquiaStage
from tests.dialects.golden.pairs import Pairs

PAIRS = Pairs(Path(__file__).parent, CASES, AcquiaStage)
