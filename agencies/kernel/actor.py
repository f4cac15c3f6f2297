"""Who acts. Built once per request by `agencies.people` or `agencies.machines`; pure data from then on."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """A role is held per unit. The power to approve is not a role: it belongs to the holder of an office."""

    OFFICER = "officer"
    LEAD = "lead"
    AGENCY_ADMIN = "agency_admin"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a machine or the system itself, with everything the access rules ask about.

    `offices` holds the ids of the agencies whose office of main responsible person (主要负责人) the actor holds today.
    `sources` are the source systems for which a machine reports.
    `is_superior` and `is_subordinate` tell whether agencies stand below and above his own, so that a page need not ask.
    """

    kind: str
    id: str
    name: str = ""
    agency_id: int | None = None
    agency_code: str = ""
    agency_name: str = ""
    line: str = ""
    units: frozenset[int] = frozenset()
    roles: frozenset[str] = frozenset()
    offices: frozenset[int] = frozenset()
    scopes: frozenset[str] = field(default_factory=frozenset)
    is_superior: bool = False
    is_subordinate: bool = False
    sources: frozenset[str] = frozenset()

    @property
    def own_agency(self) -> int:
        """The agency acted for. Only the system and strangers have none, and neither gets where this is asked."""
        if self.agency_id is None:
            raise PermissionError(f"{self.kind} acts for no agency")
        return self.agency_id

    @property
    def is_known(self) -> bool:
        return self.kind != "anonymous"

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def is_staff(self) -> bool:
        """Works cases for an agency, as officer, unit lead or office holder."""
        return bool(self.roles & {Role.OFFICER, Role.LEAD} or self.offices)

    @property
    def is_centre(self) -> bool:
        """Reads every unrestricted case for the joint enforcement coordination centre (联合执法协调中心)."""
        return bool(self.roles & {Role.COORDINATOR, Role.SUPERVISOR})

    @property
    def reads_cases(self) -> bool:
        return self.is_staff or self.is_centre

    def works_for(self, agency_id: int | None) -> bool:
        return agency_id is not None and agency_id == self.agency_id and self.is_staff

    def leads(self, agency_id: int | None) -> bool:
        return agency_id is not None and (
            (agency_id == self.agency_id and Role.LEAD in self.roles) or agency_id in self.offices
        )

    def holds_office(self, agency_id: int | None) -> bool:
        return agency_id is not None and agency_id in self.offices

    def has_role(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


ANONYMOUS = Actor(kind="anonymous", id="")
SYSTEM = Actor(kind="system", id="system", name="system")
