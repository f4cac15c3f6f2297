"""Pages of proceedings: one of them, the persons who stand in them, and the penalty help."""

from .penalties import penalty_calculator
from .persons import export_persons, persons
from .proceeding import proceeding

__all__ = ["export_persons", "penalty_calculator", "persons", "proceeding"]
