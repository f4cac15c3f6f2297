"""Who reads a feed."""

from agencies.kernel.permissions import Permission
from agencies.machines.models import ApiKey

EVENTS = Permission(
    ApiKey.Scope.EVENTS_READ, lambda actor: ApiKey.Scope.EVENTS_READ in actor.scopes, (ApiKey.Scope.EVENTS_READ,)
)
