"""Pages of proceedings, persons, decisions and the penalty calculator."""

from .decision import decision
from .penalties import penalty_calculator
from .persons import persons
from .proceeding import proceeding

__all__ = ["decision", "penalty_calculator", "persons", "proceeding"]
