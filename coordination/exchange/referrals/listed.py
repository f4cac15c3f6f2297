"""The rows and columns of the list of referrals."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.resource import Column
from cases.casefile.models import Case

from .access import reads_package
from .models import Referral


@dataclass(frozen=True)
class ReferralRow:
    """A row of the list. The package's contents are not shown while it is closed. `case` is None for a reader who does
    not see the case.
    """

    referral: Referral
    is_open_to_reader: bool
    case: Case | None

    @property
    def title(self) -> str:
        return self.referral.title if self.is_open_to_reader else gettext("basic details only")

    @property
    def is_over(self) -> bool:
        return self.referral.state in Referral.ENDED and not self.referral.due_at


def rows_of(referrals: Sequence[Referral], actor: Actor) -> list[ReferralRow]:
    cases = Case.objects.visible_to(actor).only("number", "title", "title_en")
    named = cases.in_bulk({one.case_id for one in referrals})
    return [ReferralRow(one, reads_package(one, actor), named.get(one.case_id)) for one in referrals]


_SIDES = "{% agency row.referral.sender %}<br>{% agency row.referral.receiver %}"
_NEXT = f"{{% if row.is_over %}}{columns.NONE}{{% else %}}{{% agency row.referral.holder %}}{{% endif %}}"
COLUMNS = (
    columns.plain("number", _("Number"), "referral.number"),
    columns.choice("kind", _("Kind"), "referral.kind", cell=""),
    columns.plain("title", _("Subject"), cell="{% include 'referrals/title_cell.html' with referral=row.referral %}"),
    Column("offence", _("Offence"), lambda row, actor: row.referral.offence.name if row.referral.offence else ""),
    columns.state(owner="referral"),
    columns.agency("sender", _("Sender"), "referral.sender", cell=_SIDES, page_heading=_("Sender and receiver")),
    columns.agency("receiver", _("Receiver"), "referral.receiver", cell=""),
    Column("holder", _("Next step"), lambda row, actor: "" if row.is_over else row.referral.holder.name, _NEXT),
    *columns.nearest_deadline(owner="referral"),
    columns.moment("updated_at", _("Updated"), "referral.updated_at", sort="updated"),
)
