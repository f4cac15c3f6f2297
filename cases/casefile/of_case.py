"""Lists of objects on a case: what each row says of its case, if its reader may see the case."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.lookups import id_if_among
from agencies.kernel.resource import Column, Listing

from .models import Case


def with_case_seen(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Adds `sees_case`: an agency may see an object on a case without seeing the case."""
    found: QuerySet[Any] = rows.annotate(sees_case=id_if_among(Case.objects.visible_to(actor), "case_id"))
    return found


class CaseListing(Listing):
    """A list of objects on a case."""

    def shown(self, rows: Any, actor: Actor) -> QuerySet[Any]:
        return with_case_seen(rows, actor)

    def handling(self, thing: Any, actor: Actor) -> str:
        return str(thing.case.handling) if thing.sees_case else ""

    def inside(self, thing: Any, actor: Actor) -> bool:
        return bool(thing.sees_case)


def unrestricted(case: str) -> Q:
    """Whether every reader of the centre sees the case in this column, or there is none."""
    return ~Q(**{f"{case}_id__in": Case.objects.restricted().values("pk")})


# For files and the API; on the page the case is below the title of the row.
CASE_COLUMNS = (
    Column("case", _("Case no."), lambda row, actor: row.case.number if row.sees_case else ""),
    Column("case_title", _("Title of the case"), lambda row, actor: row.case.title if row.sees_case else ""),
    Column(
        "case_title_en", _("English title of the case"), lambda row, actor: row.case.title_en if row.sees_case else ""
    ),
)
CASE_BELOW = "{% include 'components/case_below.html' %}"
