"""Models of clocks: the statutory periods, and the clocks that run under them."""

from .rules import ExtensionStep, Office, PauseGround, PeriodKind, PeriodRule, Side, Unit
from .running import (
    Alert,
    Breach,
    Clock,
    ClockApplication,
    ClockChange,
    ClockExtension,
    ClockPause,
    ClockQuerySet,
    Timed,
    subjects_of_clocks,
)
