"""Pages of clocks."""

from .calculator import calculator
from .calendar import calendar
from .rules import clock_rules
