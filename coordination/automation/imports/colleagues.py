"""Who may confirm as the second person what a person imports."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.kernel.actor import Actor, Role
from agencies.people.models import Membership, OfficeHolder, User


def colleagues_of(actor: Actor) -> QuerySet[User]:
    """Who may confirm what this person imports: unit leads and responsible persons of the agency who can sign in, the
    head first."""
    offices = OfficeHolder.objects.responsible().filter(agency=actor.own_agency, user=OuterRef("pk"))
    leads = Membership.objects.current().filter(role=Role.LEAD, user=OuterRef("pk"))
    heads = Exists(offices.filter(is_deputy=False))
    able = User.objects.able_to_sign_in().filter(agency=actor.own_agency).exclude(pk=actor.id)
    return able.filter(Q(Exists(offices)) | Q(Exists(leads))).annotate(is_head=heads).order_by("-is_head", "pk")
