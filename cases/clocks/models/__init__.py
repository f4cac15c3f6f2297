"""Models of clocks: the statutory periods, and the clocks that run under them."""

from .rules import ExtensionStep, Kind, Office, PauseGround, Rule, Side, Unit
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

__all__ = [
    "Alert",
    "Breach",
    "Clock",
    "ClockApplication",
    "ClockChange",
    "ClockExtension",
    "ClockPause",
    "ClockQuerySet",
    "ExtensionStep",
    "Kind",
    "Office",
    "PauseGround",
    "Rule",
    "Side",
    "Timed",
    "Unit",
    "subjects_of_clocks",
]
