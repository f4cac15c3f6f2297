"""Late identifications: the bureau has them past the agreed day."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.kernel.late import Late

LATE = Late(
    debtor="bureau_id",
    handler="handler_id",
    owed_to=lambda agency: Q(agency_id=agency),
    title=lambda request: request.goods,
    about=lambda request: _("Identification of goods"),
)
