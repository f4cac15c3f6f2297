"""Pages of proceedings: one of them, the persons who stand in them, a party's decision, and the penalty help."""

from .decision import decision
from .penalties import penalty_calculator
from .persons import persons
from .proceeding import proceeding

__all__ = ["decision", "penalty_calculator", "persons", "proceeding"]
