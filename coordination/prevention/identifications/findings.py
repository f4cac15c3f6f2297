"""What the latest opinion says of an item of a case, for the form in which a person determines it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from cases.casefile.models import Item

from .models import ItemOpinion

BASIS = {
    ItemOpinion.Finding.CONTROLLED: Item.Basis.LISTED,
    ItemOpinion.Finding.NOT_CONTROLLED: Item.Basis.NOT_CONTROLLED,
}


def opinion_on(item: Item) -> Mapping[str, str]:
    """Basis, control code and evidence by the newest opinion on the item; nothing without one."""
    found = (
        ItemOpinion.objects.filter(identification__item=item).select_related("identification").order_by("-at").first()
    )
    if found is None:
        return {}
    number = {"number": found.identification.number, "version": found.number}
    basis = BASIS.get(ItemOpinion.Finding(found.finding))
    evidence = _("Opinion on request %(number)s, version %(version)d") % number
    return {"control_code": found.control_code, "evidence": evidence} | ({"basis": basis} if basis else {})
