"""Who takes in packages of gateways."""

from agencies.kernel.actor import Role
from agencies.kernel.permissions import Permission

GATEWAYS = Permission("gateways", lambda actor: actor.has_role(Role.SYSADMIN, Role.AGENCY_ADMIN))
