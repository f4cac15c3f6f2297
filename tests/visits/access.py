"""Permissions on visits."""

from coordination.exchange.letters.rules import staff

planner = staff("agency")
partner = staff("partner")
