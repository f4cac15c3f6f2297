"""Permissions on inspections."""

from coordination.exchange.letters.rules import staff

handles = staff("agency")
