"""The pairs of both APIs."""

from pathlib import Path

from tests.dialects.dotdigital.golden.cases import CASES
from tests.dialects.dotdigital.golden.stage import DotdigitalStage
from tests.dialects.golden.pairs import Pairs

PAIRS = Pairs(Path(__file__).parent, CASES, DotdigitalStage)
