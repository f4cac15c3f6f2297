"""Which cases connected systems see: none that is restricted, and none with a wall inside their agency."""

from typing import Any, TypeVar

from django.db.models import QuerySet

from agencies.kernel.actor import Actor
from agencies.machines.models import ApiKey
from agencies.organisations.models import Agency

from .walls import has_two_sides, walls_inside

Cases = TypeVar("Cases", bound="QuerySet[Any]")


def seen_by_system(cases: Cases, actor: Actor) -> Cases:
    """Those open to a system whose key shows cases, which files papers on what it sees; none to all others."""
    shows = actor.has_scope(ApiKey.Scope.CASES_READ, ApiKey.Scope.PAPERS_FILE)
    return open_to_system(cases, actor) if shows else cases.none()


def open_to_system(cases: Cases, system: Actor) -> Cases:
    """Those of which a connected system may see something at all."""
    found = cases.exclude(handling=Agency.Handling.H3)
    return found.exclude(proceedings__in=walls_inside(system.own_agency)) if has_two_sides(system) else found
