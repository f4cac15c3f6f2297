"""Sessions end two hours after the last request, and at most twelve hours after sign-in."""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions import middleware
from django.contrib.sessions.backends import db
from django.http import HttpRequest, HttpResponse

from agencies.kernel import times

SIGNED_IN_AT = "_signed_in_at"
SAVED_AT = "_saved_at"


class SessionStore(db.SessionStore):
    """Django counts idle time from the last save; this store adds the time of sign-in."""

    def cycle_key(self) -> None:
        """Django calls this at sign-in, when the twelve hours start."""
        self.pop(SIGNED_IN_AT, None)
        super().cycle_key()

    def save(self, must_create: bool = False) -> None:
        # A session is created empty and saved again with its contents; only the second save knows the person.
        if not must_create:
            now = int(times.now().timestamp())
            self[SAVED_AT] = now
            if SESSION_KEY in self:
                self.setdefault(SIGNED_IN_AT, now)
        super().save(must_create=must_create)

    def get_session_cookie_age(self) -> int:
        """Seconds until the earlier end. Django uses it for both the row and the cookie."""
        idle: int = settings.SESSION_COOKIE_AGE
        if SIGNED_IN_AT not in self:
            return idle
        ends_at: int = self[SIGNED_IN_AT] + settings.SESSION_ABSOLUTE_AGE
        return max(0, min(idle, ends_at - int(times.now().timestamp())))


class SessionMiddleware(middleware.SessionMiddleware):
    """Extends the idle end every few minutes; SESSION_SAVE_EVERY_REQUEST would write on every request."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = request.session
        # Only sessions that the view has read: reading it here would make static files and probes vary by cookie.
        # Requests a page makes by itself do not keep an absent person signed in.
        by_itself = getattr(request, "by_itself", False)
        if session.accessed and not by_itself and SESSION_KEY in session:
            idle_since: int = session.get(SAVED_AT, 0)
            if times.now().timestamp() - idle_since > settings.SESSION_REFRESH_AFTER:
                session.modified = True
        return super().process_response(request, response)
