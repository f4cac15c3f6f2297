"""Errors of actions. Pages and the API each convert them to responses in one place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Self

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class UnmetCondition:
    """One unmet condition of a transition."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class FieldError:
    """One invalid value. `pointer` is a JSON pointer (RFC 6901) into the input."""

    pointer: str
    code: str
    detail: str


class ActionError(Exception):
    """Base of all errors an action raises. `status` is the HTTP status on pages and API, `headers` are sent with it."""

    status = 400
    headers: Mapping[str, str] = {}
    code = "refused"
    title = gettext_lazy("Refused")

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class Forbidden(ActionError):
    """The actor may see the object but not perform the action."""

    status = 403
    code = "forbidden"
    title = gettext_lazy("You may not do this")


class TooMany(ActionError):
    """Too many attempts. The next is accepted at `until`, which is `seconds` from `now`."""

    status = 429
    code = "too_many"
    title = gettext_lazy("Too many attempts")

    def __init__(self, until: datetime, now: datetime) -> None:
        self.until = until
        self.seconds = max(ceil((until - now).total_seconds()), 1)
        values = {"seconds": self.seconds, "time": timezone.localtime(until).strftime("%H:%M:%S")}
        self.headers = {"Retry-After": str(self.seconds)}
        super().__init__(_("Try again in %(seconds)d seconds, after %(time)s.") % values)


class TransitionRefused(ActionError):
    """The workflow does not allow the transition now. `missing` lists every unmet condition."""

    status = 409
    code = "move_refused"
    title = gettext_lazy("This cannot be done now")

    def __init__(self, missing: Iterable[UnmetCondition], detail: str = "") -> None:
        self.missing = list(missing)
        super().__init__(detail or " ".join(m.detail for m in self.missing))

    @classmethod
    def because(cls, code: str, detail: str, **more: Any) -> Self:
        """One condition is unmet."""
        return cls([UnmetCondition(code, detail)], **more)


class Stale(TransitionRefused):
    """Another change came first; the detail says whose and when. `version` is the present version, where known.

    A page answers 409 and shows both versions. The API answers 412, as for `If-Match` (RFC 9110, 13.1.1).
    """

    code = "stale"
    title = gettext_lazy("Another person acted first")

    def __init__(self, missing: Iterable[UnmetCondition], detail: str = "", *, version: int | None = None) -> None:
        self.version = version
        super().__init__(missing, detail)


class EncodedBody(ActionError):
    """The request body is compressed, which is not supported."""

    status = 415
    code = "content_encoding"
    title = gettext_lazy("Send the body uncompressed")
    headers = {"Accept-Encoding": "identity"}


class VersionRequired(ActionError):
    """Acting on an existing object requires the version that was read."""

    status = 428
    code = "version_required"
    title = gettext_lazy("Give the version that you read")


class Invalid(ActionError):
    """The input has an invalid form or content. `errors` lists all invalid fields."""

    status = 400
    code = "invalid"
    title = gettext_lazy("Some fields need correction")

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = list(errors)
        super().__init__(" ".join(e.detail for e in self.errors))

    @classmethod
    def field(cls, name: str, code: str, detail: str) -> Self:
        return cls([FieldError(f"/{name}", code, detail)])


class TooLarge(Invalid):
    """The input exceeds a limit, which the detail names."""

    status = 413
    code = "too_large"
    title = gettext_lazy("The content is too large")
