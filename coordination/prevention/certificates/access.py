"""Permissions on certificates."""

from coordination.exchange.letters.rules import staff

handles = staff("agency")
