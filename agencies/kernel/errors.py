"""Why something was not done. Pages and API turn each of these into one answer, in one place each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class UnmetCondition:
    """One unmet condition of a move."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad value: `pointer` is a JSON pointer (RFC 6901) into what was sent."""

    pointer: str
    code: str
    detail: str


class ActionError(Exception):
    """Base of everything an action may answer instead of acting. `status` is the HTTP status of both doors, `headers`
    what is sent beside it."""

    status = 400
    headers: Mapping[str, str] = {}
    code = "refused"
    title = gettext_lazy("Refused")

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Forbidden(ActionError):
    """The thing may be seen, the act is not this actor's."""

    status = 403
    code = "forbidden"
    title = gettext_lazy("You may not do this")


class TooMany(ActionError):
    """Too many attempts: the next one is let through at `until`, which is `seconds` from `now`."""

    status = 429
    code = "too_many"
    title = gettext_lazy("Too many attempts")

    def __init__(self, until: datetime, now: datetime) -> None:
        self.until = until
        self.seconds = max(ceil((until - now).total_seconds()), 1)
        told = {"seconds": self.seconds, "time": timezone.localtime(until).strftime("%H:%M:%S")}
        self.headers = {"Retry-After": str(self.seconds)}
        super().__init__(_("Try again in %(seconds)d seconds, after %(time)s.") % told)


class TransitionRefused(ActionError):
    """The workflow table says no, now: `missing` names every unmet condition at once."""

    status = 409
    code = "move_refused"
    title = gettext_lazy("This cannot be done now")

    def __init__(self, missing: Iterable[UnmetCondition], detail: str = "") -> None:
        self.missing = list(missing)
        super().__init__(detail or " ".join(m.detail for m in self.missing))


class Stale(TransitionRefused):
    """Somebody else moved the thing first; the detail says who and when. `version` is the present one, where known.

    A page answers 409 and shows both versions; the API answers 412, as `If-Match` asks (RFC 9110, 13.1.1).
    """

    code = "stale"
    title = gettext_lazy("Another person acted first")

    def __init__(self, missing: Iterable[UnmetCondition], detail: str = "", *, version: int | None = None) -> None:
        self.version = version
        super().__init__(missing, detail)


class EncodedBody(ActionError):
    """The body is compressed, and bodies are read as they are."""

    status = 415
    code = "content_encoding"
    title = gettext_lazy("Send the body uncompressed")
    headers = {"Accept-Encoding": "identity"}


class VersionRequired(ActionError):
    """Acting on an existing thing asks which version of it was read."""

    status = 428
    code = "version_required"
    title = gettext_lazy("Give the version that you read")


class Invalid(ActionError):
    """The input has the wrong shape or content; `errors` names all bad fields."""

    status = 400
    code = "invalid"
    title = gettext_lazy("Some fields need correction")

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = list(errors)
        super().__init__(" ".join(e.detail for e in self.errors))

    @classmethod
    def field(cls, name: str, code: str, detail: str) -> "Invalid":
        return cls([FieldError(f"/{name}", code, detail)])


def future_time_error() -> Invalid:
    return Invalid.field("happened_at", "future", _("This time is in the future. Enter the actual time."))
