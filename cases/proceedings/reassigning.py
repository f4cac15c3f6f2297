"""How proceedings pass to a colleague."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.errors import Invalid
from agencies.people.models import User
from agencies.people.reassigning import reassign
from agencies.people.sight import actor_for
from cases.casefile.actions import lock_case, stream_of
from cases.casefile.reassigning import CaseReassignment

from .models import Proceeding, walled_ids, walled_off


class ProceedingReassignment(CaseReassignment):
    has_team = True

    def held(self, visible: QuerySet[Proceeding], person: User, actor: Actor) -> QuerySet[Proceeding]:
        """Proceedings they handle, and those whose team would otherwise have fewer than two members (APL art. 42)."""
        others = Count("team", filter=Q(team__is_active=True) & ~Q(team=person), distinct=True)
        running = visible.filter(agency=person.agency_id).exclude(state=Proceeding.State.CLOSED)
        short = running.filter(team=person).values("pk")
        counted = running.exclude(pk__in=walled_ids(actor)).annotate(others=others)
        mine: QuerySet[Proceeding] = counted.filter(Q(handler=person) | Q(pk__in=short, others__lt=2))
        return mine.select_related("case").order_by("pk")

    def pass_on(self, thing: Proceeding, person: User | None, to: User | None, actor: Actor, reason: str) -> None:
        """Adds the colleague to the team. The previous investigator stays on it, because they must not decide the case
        later."""
        lock_case(thing.case_id)
        if to is not None and walled_off(actor_for(to)).filter(pk=thing.pk).exists():
            detail = _("%(name)s handles the other capacity of this bureau on the same case.") % {"name": to.name}
            raise Invalid.field("to", "wall", detail)
        before = None if person is None else person.pk
        named = {"handler": to} if thing.handler_id == before else {}
        if to is not None and not named and thing.team.filter(pk=to.pk).exists():
            detail = _("%(name)s is already on its team. Choose another person, or fewer than two remain on it.")
            raise Invalid.field("to", "team", detail % {"name": to.name})
        reassign(thing, named, stream_of(thing.case_id), to, actor, reason)
        if to is not None and thing.team.filter(pk=before).exists():
            thing.team.add(to)

    def rows(self, visible: QuerySet[Proceeding], actor: Actor) -> QuerySet[Proceeding]:
        """Those the reader may open: not those of other agencies or behind the wall."""
        return Proceeding.objects.contents_for(actor).exclude(pk__in=walled_ids(actor))

    def is_open(self, thing: Proceeding) -> bool:
        return thing.state != Proceeding.State.CLOSED

    def words(self, thing: Proceeding) -> str:
        return f"{thing.case.number} {thing}"
