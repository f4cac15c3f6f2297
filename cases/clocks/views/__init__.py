"""Pages of the clocks."""

from .calculator import calculator
from .calendar import calendar
from .clock import clock
from .export import export_clocks
from .lists import clock_rules, running_clocks

__all__ = ["calculator", "calendar", "clock", "clock_rules", "export_clocks", "running_clocks"]
