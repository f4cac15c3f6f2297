"""Permissions on corrections: the agency that owns the record, and always two people."""

from coordination.exchange.letters.rules import chief, staff

agency_staff, agency_chief = staff("agency"), chief("agency")
