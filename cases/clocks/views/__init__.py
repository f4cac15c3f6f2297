"""Pages of the clocks."""

from .calculator import calculator
from .clock import clock
from .lists import clock_rules, running_clocks

__all__ = ["calculator", "clock", "clock_rules", "running_clocks"]
