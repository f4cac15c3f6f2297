"""Sets the actor of the request."""

from django.http import HttpRequest, HttpResponse

from agencies.kernel.actor import ANONYMOUS
from agencies.kernel.middleware import Middleware

from .models import User
from .sight import actor_for


class ActorMiddleware(Middleware):
    """Rights are read on every request, so that an ended role stops working at once."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            request.actor = actor_for(user)  # type: ignore[attr-defined]  # ours
        else:
            request.actor = ANONYMOUS  # type: ignore[attr-defined]  # ours
        return self.get_response(request)
