"""Watch lists (管控名单、关注名单、不可靠实体清单): names to which exports are barred or restricted, as versioned
rows; an agency's own list (自有名单); and watches on declared routes (航线布控), which it keeps for its desks.
"""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import NamedModel, pick
from agencies.kernel.records import Stateful
from agencies.organisations.models import Agency
from cases.casefile.models import Case
from cases.controls.countries import country_name
from cases.controls.store import current
from cases.controls.words import VERDICTS


class WatchList(models.TextChoices):
    CONTROL = "control", _("Control list")
    WATCH = "watch", _("Watch list")
    UNRELIABLE = "unreliable", _("Unreliable entity list")
    ROUTE = "route", _("Watched route")
    OWN = "own", _("Own list")


ON_ROUTE = Q(watch_list=WatchList.ROUTE)
KEPT_BY_AGENCY = Q(watch_list__in=[WatchList.ROUTE, WatchList.OWN])


class ListingQuerySet(models.QuerySet["Listing"]):
    def visible_to(self, actor: Actor) -> Self:
        """The lists are published law: everyone who reads cases reads them. A watched route and an entry of an own list
        are for the agency that keeps it and for the centre."""
        if not actor.reads_cases:
            return self.none()
        return self.all() if actor.is_centre else self.filter(~KEPT_BY_AGENCY | Q(owner__agency_id=actor.agency_id))

    def screened_by(self, actor: Actor) -> Self:
        """Entries that name parties and against which the actor may check a name: those that they see; for a machine
        the published ones and the own ones of its agency."""
        if actor.kind != "machine":
            return self.visible_to(actor).names()
        return self.names().filter(Q(owner=None) | Q(owner__agency_id=actor.agency_id))

    def names(self) -> Self:
        """Entries that list a name."""
        return self.exclude(ON_ROUTE)

    def routes(self) -> Self:
        """Watches on routes that are in force today."""
        on = times.today()
        suspended = Q(suspended_from__lte=on) & (Q(suspended_until=None) | Q(suspended_until__gte=on))
        found = self.standing(on).filter(ON_ROUTE, effective_from__lte=on).exclude(suspended)
        return found.select_related("owner").order_by("code")

    def current_versions(self) -> Self:
        """The latest version of each entry, ended or not."""
        return self.exclude(state=Listing.State.REPLACED)

    def standing(self, day: date | None = None) -> Self:
        """Entries not ended by that day. Those that begin later are included, because exporters must know of them."""
        return self.current_versions().filter(Q(effective_to=None) | Q(effective_to__gte=day or times.today()))


class Listing(NamedModel, Stateful):
    """One version of one entry. A change is a new version; nothing is edited or deleted.

    `aliases` are further names, `identifiers` pairs of scheme and value, `meaning` is the consequence for an export.
    From `suspended_from` until `suspended_until`, or until further notice, it does not count.

    An entry of an own list has an `owner`, for whose work it is kept. A watched route has terms instead (`routes.py`):
    countries of origin, transit and destination, families of goods and the least verdict of the control law. Its
    `owner`, the desk of an agency or unit, gets the work.
    """

    class State(models.TextChoices):
        LISTED = "LISTED", pgettext_lazy("watch list", "Listed")
        ENDED = "ENDED", pgettext_lazy("watch list", "Ended")
        REPLACED = "REPLACED", pgettext_lazy("watch list", "Replaced")

    journal_kind = "listing"
    watch_list = models.CharField(max_length=10, choices=WatchList.choices)
    code = models.CharField(max_length=40, help_text="the entry's own, which its versions share")
    number = models.PositiveIntegerField(default=1, help_text="of the version")
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    aliases = models.JSONField(default=list, blank=True)
    identifiers = models.JSONField(default=list, blank=True)
    addresses = models.JSONField(default=list, db_default=[], blank=True)
    country = models.CharField(max_length=3, blank=True, help_text="ISO 3166 alpha-3")
    document = models.CharField(max_length=200)
    document_date = models.DateField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    suspended_from = models.DateField(null=True, blank=True)
    suspended_until = models.DateField(null=True, blank=True, help_text="the last day of the suspension")
    end_document = models.CharField(max_length=200, blank=True)
    meaning_zh = models.CharField(max_length=600, blank=True)
    meaning_en = models.CharField(max_length=600, blank=True)
    origins = models.JSONField(default=list, blank=True)
    transits = models.JSONField(default=list, blank=True)
    destinations = models.JSONField(default=list, blank=True)
    materials = models.JSONField(default=list, blank=True)
    verdict_from = models.CharField(
        max_length=15, blank=True, help_text="this verdict of the control law or a stricter one"
    )
    owner = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.LISTED)

    objects = ListingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="listing_version_once"),
            models.UniqueConstraint(fields=["code"], condition=~Q(state="REPLACED"), name="listing_one_latest"),
            models.CheckConstraint(
                condition=Q(watch_list__in=["route", "own"], owner__isnull=False)
                | ~Q(watch_list__in=["route", "own"]) & Q(owner=None),
                name="listing_kept_has_owner",
            ),
            models.CheckConstraint(
                condition=Q(suspended_until=None) | Q(suspended_until__gte=F("suspended_from")),
                name="listing_suspension",
            ),
            models.CheckConstraint(condition=~Q(name_zh="") | ~Q(name_en=""), name="listing_has_a_name"),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")), name="listing_period"
            ),
            models.CheckConstraint(
                condition=~Q(state="ENDED") | Q(effective_to__isnull=False), name="listing_ended_has_its_day"
            ),
        ]

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the entry."""
        names = (self.name_zh, self.name_en, *self.aliases)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def meaning(self) -> str:
        return pick(self.meaning_zh, self.meaning_en)

    @property
    def keeper(self) -> Agency | None:
        """The agency that keeps a watched route or an own entry; None for those that the commerce bureau keeps."""
        return self.owner.agency if self.owner else None

    @property
    def is_route(self) -> bool:
        return self.watch_list == WatchList.ROUTE

    @property
    def terms(self) -> list[tuple[Any, str]]:
        """The terms of a watched route: label, what it names."""
        between = _(", ")
        names = {one.material: pick(one.family_zh, one.material.replace("_", " ")) for one in current().goods.values()}
        named = (
            (_("Origin"), [country_name(code) for code in self.origins]),
            (_("Transit"), [country_name(code) for code in self.transits]),
            (_("Destination"), [country_name(code) for code in self.destinations]),
            (_("Materials"), [names.get(code, code) for code in self.materials]),
            (_("Control verdict at least"), [str(VERDICTS[self.verdict_from])] if self.verdict_from else []),
        )
        return [(label, str(between).join(words)) for label, words in named if words]

    @property
    def country_label(self) -> str:
        return country_name(self.country) if self.country else ""


class WatchHit(models.Model):
    """A lead, or a shipment of a case, whose declared route met a watch: the source of the work of its desk.

    It is found when the lead arrives or the shipment is recorded, once for each watch (`code`).
    """

    class Kind(models.TextChoices):
        LEAD = "lead"
        SHIPMENT = "shipment"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject = models.UUIDField()
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=40)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="hits", help_text="the version it met")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    tasked = models.BooleanField(default=False, help_text="of a shipment: the desk got its task")
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "code"], name="watch_hit_once")]
