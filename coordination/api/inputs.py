"""What operations read of a request and write into an answer: body, query parameters, page, addresses."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from agencies.kernel.errors import FieldError, Invalid
from agencies.kernel.filtering import refuse_repeated
from agencies.kernel.paging import PAGE_SIZE
from agencies.kernel.problems import escaped
from agencies.kernel.resource import resource_of
from agencies.kernel.strict import Strict

MOST_ROWS = 100  # of one page


def thing_url(thing: Any) -> str:
    return reverse(f"api-{resource_of(thing).name}-one", args=[thing.pk])


def validated(shape: type[Strict], request: Request) -> dict[str, Any]:
    """The validated body. Raises Invalid with every bad field."""
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def size_of(request: Request) -> int:
    size = request.query_params.get("size", str(PAGE_SIZE))
    if not (size.isascii() and size.isdigit() and len(size) <= len(str(MOST_ROWS)) and 1 <= int(size) <= MOST_ROWS):
        raise Invalid.field("size", "range", _("Ask for 1 to %(most)s rows.") % {"most": MOST_ROWS})
    return int(size)


def refuse_unknown(query: Mapping[str, Any], known: Sequence[str]) -> None:
    """Raises Invalid with every query parameter that is not `known`: ignoring one would mean a wider answer, or an
    action that was not requested."""
    if strange := sorted(set(query) - set(known)):
        names = ", ".join(sorted(known)) or _("none")
        detail = _("Unknown query parameter. This operation accepts: %(known)s.") % {"known": names}
        raise Invalid(FieldError(f"/{escaped(name)}", "unknown_parameter", detail) for name in strange)


def refuse_empty(query: QueryDict, names: Sequence[str]) -> None:
    """Raises Invalid with every query parameter of `names` that has an empty value: to ignore it would mean a wider
    answer than requested."""
    if empty := sorted(name for name in names if "" in query.getlist(name)):
        detail = _("Give a value, or leave the parameter out.")
        raise Invalid(FieldError(f"/{escaped(name)}", "blank", detail) for name in empty)


def check_parameters(request: Request, known: Sequence[OpenApiParameter]) -> None:
    """Raises Invalid for an unknown parameter, one given twice, an empty value where not any text is one, or a value
    that is not among the listed ones."""
    query = request.query_params
    refuse_unknown(query, [one.name for one in known])
    refuse_empty(query, [one.name for one in known if not is_free_text(one)])
    refuse_repeated(query, [one.name for one in known if one.many])
    for one in known:
        if one.enum and one.name in query and query[one.name] not in one.enum:
            detail = _("Choose one of: %(names)s.") % {"names": ", ".join(map(str, one.enum))}
            raise Invalid.field(one.name, "choice", detail)
    if "size" in query:
        size_of(request)


def is_free_text(parameter: OpenApiParameter) -> bool:
    """Whether any text is a value of the parameter, also an empty one."""
    kind: Any = parameter.type
    if parameter.enum or parameter.many:
        return False
    return kind is str or (
        isinstance(kind, dict) and kind["type"] == "string" and not kind.keys() & {"format", "minLength"}
    )


def next_url(request: Request, **cursor: str) -> str | None:
    """The full address of a neighbouring page with the same filters; None if there is none."""
    if not any(cursor.values()):
        return None
    kept = [(k, v) for k, values in request.query_params.lists() if k not in ("after", "before") for v in values]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*kept, *cursor.items()])}")
