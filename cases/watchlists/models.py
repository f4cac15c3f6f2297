"""Watch lists (管控名单、关注名单、不可靠实体清单): names to which exports are barred or restricted, as versioned
rows.
"""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.kernel import times
from agencies.kernel.actor import Actor
from agencies.kernel.bilingual import Named, pick
from agencies.kernel.records import Stateful
from cases.controls.countries import country_name


class WatchList(models.TextChoices):
    CONTROL = "control", _("Control list")
    WATCH = "watch", _("Watch list")
    UNRELIABLE = "unreliable", _("Unreliable entity list")


class ListingQuerySet(models.QuerySet["Listing"]):
    def visible_to(self, actor: Actor) -> Self:
        """The lists are published law: everyone who reads cases reads them."""
        return self.all() if actor.reads_cases else self.none()

    def current_versions(self) -> Self:
        """The latest version of each entry, ended or not."""
        return self.exclude(state=Listing.State.REPLACED)

    def standing(self, day: date | None = None) -> Self:
        """Entries not ended by that day. Those that begin later are included, because exporters must know of them."""
        return self.current_versions().filter(Q(effective_to=None) | Q(effective_to__gte=day or times.today()))


class Listing(Named, Stateful):
    """One version of one entry. A change is a new version; nothing is edited or deleted.

    `aliases` are further names, `identifiers` pairs of scheme and value, `meaning` is the consequence for an export.
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
    country = models.CharField(max_length=3, blank=True, help_text="ISO 3166 alpha-3")
    document = models.CharField(max_length=200)
    document_date = models.DateField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    end_document = models.CharField(max_length=200, blank=True)
    meaning_zh = models.CharField(max_length=600, blank=True)
    meaning_en = models.CharField(max_length=600, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.LISTED)

    objects = ListingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="listing_version_once"),
            models.UniqueConstraint(fields=["code"], condition=~Q(state="REPLACED"), name="listing_one_latest"),
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
    def country_label(self) -> str:
        return country_name(self.country) if self.country else ""
