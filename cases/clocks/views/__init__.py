"""Pages of clocks."""

from .calculator import calculator
from .calendar import calendar
from .clock import clock
from .lists import clock_rules, running_clocks

__all__ = ["calculator", "calendar", "clock", "clock_rules", "running_clocks"]
