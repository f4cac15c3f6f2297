"""The actor of a request: plain data, built once per request by `agencies.people` or `agencies.machines`."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """A role is held per unit. The power to approve is not a role; it belongs to the holder of an office."""

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
    """A person, a machine or the system, with everything the access rules need.

    `offices` are the ids of the agencies of which the actor is main responsible person (主要负责人), `deputy_of` of
    those of which they are a deputy (副职负责人). `sources` are the source systems a machine reports for. `is_superior`
    and `is_subordinate` say whether there are agencies below or above the actor's own, so that a page needs no query.
    `acting` says since when, by which document and by whose confirmation the actor holds an office as substitute; it is
    empty for all others.
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
    deputy_of: frozenset[int] = frozenset()
    scopes: frozenset[str] = field(default_factory=frozenset)
    is_superior: bool = False
    is_subordinate: bool = False
    acting: tuple[tuple[str, str], ...] = ()
    sources: frozenset[str] = frozenset()

    @property
    def own_agency(self) -> int:
        """The id of the agency the actor acts for.

        Raises PermissionError for the system and anonymous actors, who have none.
        """
        if self.agency_id is None:
            raise PermissionError(f"{self.kind} acts for no agency")
        return self.agency_id

    @property
    def is_known(self) -> bool:
        return self.kind != "anonymous"

    @property
    def is_person(self) -> bool:
        return self.kind == "user"

    @property
    def person_id(self) -> UUID | None:
        """The id of the person; None for machines and the system."""
        return UUID(self.id) if self.is_person else None

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def is_staff(self) -> bool:
        """Whether the actor works on cases of an agency, as officer, unit lead or office holder."""
        return bool(self.roles & {Role.OFFICER, Role.LEAD} or self.responsible_for)

    @property
    def responsible_for(self) -> frozenset[int]:
        """The agencies of which the actor is a responsible person (负责人), as main one or as deputy."""
        return self.offices | self.deputy_of

    @property
    def is_centre(self) -> bool:
        """Whether the actor reads every unrestricted case for the coordination centre (联合执法协调中心)."""
        return bool(self.roles & {Role.COORDINATOR, Role.SUPERVISOR})

    @property
    def reads_cases(self) -> bool:
        return self.is_staff or self.is_centre

    @property
    def is_machine(self) -> bool:
        return self.kind == "machine"

    def has_scope(self, *scopes: str) -> bool:
        """Whether this is a connected system whose key has one of these scopes. A person has none."""
        return self.is_machine and bool(self.scopes.intersection(scopes))

    def colleague(self, *, in_office: bool = False) -> "Actor":
        """Some person of the agency of a connected system: an officer who has taken part in nothing; `in_office` also
        its main responsible person."""
        roles = frozenset({Role.OFFICER, Role.LEAD} if in_office else {Role.OFFICER})
        offices = frozenset({self.own_agency}) if in_office else frozenset()
        return replace(self, kind="user", id=NOT_INVOLVED, roles=roles, offices=offices, scopes=frozenset())

    def works_for(self, agency_id: int | None) -> bool:
        return agency_id is not None and agency_id == self.agency_id and self.is_staff

    def leads(self, agency_id: int | None) -> bool:
        return agency_id is not None and (
            (agency_id == self.agency_id and Role.LEAD in self.roles) or agency_id in self.responsible_for
        )

    def holds_office(self, agency_id: int | None) -> bool:
        return agency_id is not None and agency_id in self.offices

    def is_responsible(self, agency_id: int | None) -> bool:
        return agency_id is not None and agency_id in self.responsible_for

    def has_role(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


ANONYMOUS = Actor(kind="anonymous", id="")
NOT_INVOLVED = str(UUID(int=0))  # the id of a supposed person, who has taken part in nothing
SYSTEM = Actor(kind="system", id="system", name="system")


def system_only(actor: Actor, thing: object) -> bool:
    """The access rule of transitions that follow from another action."""
    return actor.is_system
