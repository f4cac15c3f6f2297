"""The resource of bulletins."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Api, Column, Listing, Notices, Resource, Summary
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen

from .actions import ACTIONS
from .filters import DEFAULT_SORT, SORTS, BulletinFilter
from .lines import COUNTER, OPEN_ITEMS
from .models import Bulletin
from .shapes import BulletinDetail, BulletinRow
from .work import WORK
from .workflow import BULLETIN as TABLE

NOWRAP = '<span class="cv-nowrap">{{ %s }}</span>'


def _texts(bulletin: Bulletin) -> Iterable[Phrase]:
    yield Phrase(_("Number"), bulletin.number, "number")
    yield Phrase(_("Title"), bulletin.title_zh, "name")
    yield Phrase(_("Title"), bulletin.title_en, "name")


BULLETIN = Resource(
    name="bulletins",
    kind="bulletin",
    model=Bulletin,
    page="bulletin",
    label=_("Bulletin"),
    plural=_("Bulletins"),
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("agency", "replaces"),
    is_corrected=False,  # it is withdrawn or replaced
    listing=Listing(
        filters=BulletinFilter,
        sorts=SORTS,
        default=DEFAULT_SORT,
        related=("agency",),
        page="bulletins",
        columns=(
            Column(
                "title",
                _("Title"),
                lambda one, actor: one.title,
                cell="<a href=\"{% url 'bulletin' row.pk %}\">{{ row.title|with_lang }}</a>",
            ),
            Column("number", _("Number"), lambda one, actor: one.number, cell=NOWRAP % "row.number|default:'–'"),
            Column(
                "kind", _("Kind"), lambda one, actor: str(one.get_kind_display()), cell=NOWRAP % "row.get_kind_display"
            ),
            Column(
                "first",
                _("First day"),
                lambda one, actor: one.first,
                cell=NOWRAP % "row.first|date:'Y-m-d'",
                sort="period",
                kind="date",
            ),
            Column(
                "last", _("Last day"), lambda one, actor: one.last, cell=NOWRAP % "row.last|date:'Y-m-d'", kind="date"
            ),
            Column("state", _("State"), lambda one, actor: str(one.get_state_display()), cell="{% state row %}"),
            Column(
                "distribution",
                _("Distribution"),
                lambda one, actor: str(one.get_distribution_display()),
                cell="{{ row.get_distribution_display }}",
            ),
            Column(
                "issued_at",
                _("Issued"),
                lambda one, actor: one.issued_at,
                cell="{% if row.issued_at %}{% when row.issued_at %}{% else %}–{% endif %}",
                kind="moment",
            ),
        ),
        words=lambda one, actor: one.title,
    ),
    work=(WORK,),
    open_items=OPEN_ITEMS,
    counter=COUNTER,
    summary=Summary(title=("title_zh", "title_en")),
    notices=Notices(in_hand=("drafter",)),
    search=Search(
        kinds=(
            SearchKind(
                name="bulletin",
                resource="bulletins",
                model=Bulletin,
                says=_texts,
                read_by=seen(Bulletin),
                page="bulletin",
                subject="pk",
            ),
        ),
    ),
    api=Api(BulletinRow, BulletinDetail),
)
