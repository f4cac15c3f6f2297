"""Letters to exporters and releases in the workspace."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.kernel.actor import Actor
from agencies.kernel.buttons import decision_button, next_button
from agencies.kernel.lines import line_of
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.open_items import OpenItems, WorklistLine
from agencies.kernel.texts import Text
from agencies.work.reading import DeskReader
from coordination.exchange.letters.returns import returned_for_revision

from .access import OFFICE
from .models import ExporterLetter, ExporterLetterQuerySet, Release

S = ExporterLetter.State
MOST = 20  # releases on home; all are in their list
WHY: dict[str, Text] = {
    S.DRAFT: _("The draft is not submitted yet."),
    S.REVIEW: _("A second person confirms that it has releasable facts only."),
    S.READ: _("Confirmed: the unit lead decides to send it."),
    S.AT_OFFICE: _("The responsible person of your agency decides."),
    S.AWAITS_RELEASE: _("Waits for release by another agency"),
    S.RELEASED: _("Released: it may be sent."),
    S.NOT_RELEASED: _("Not released; ask again later or withdraw."),
    S.SENT: _("Sent: its service is not recorded yet."),
    S.SERVED: _("Served: record the answer, or close it."),
    S.ANSWERED: _("Answered: decide on the follow-up and close it."),
}


class OpenLetters(OpenItems):
    related = ("exporter", "agency", "handler")
    people = ("handler",)
    awaited = {S.AWAITS_RELEASE: _("release by another agency")}
    weight = 1
    tab = 20
    always = ExporterLetter.OPEN_STATES

    def line(self, thing: ExporterLetter, actor: Actor, now: datetime) -> WorklistLine:
        why = returned_for_revision(thing.to_revise) if thing.state == S.DRAFT and thing.to_revise else WHY[thing.state]
        waits_for_office = thing.state == S.AT_OFFICE or (thing.state == S.RELEASED and thing.is_notice)
        decides = waits_for_office and thing.agency_id in actor.offices
        line = line_of(
            thing,
            actor,
            what=thing.title,
            note=f"{thing.get_kind_display()} {thing.exporter.name}",
            why=why,
            offer=decision_button if decides else next_button,
        )
        return line if thing.owes_answer else replace(line, due_at=None, breach_at=None)

    def fetched(self, rows: QuerySet[ExporterLetter]) -> QuerySet[ExporterLetter]:
        return OFFICE.with_barred_holders(rows)

    def on_board(self, visible: ExporterLetterQuerySet, actor: Actor, lately: Q) -> QuerySet[ExporterLetter]:
        return visible.filter(Q(state__in=self.always) | lately, agency_id=actor.own_agency)


class OpenReleases(OpenItems):
    apart_title = _("Letters to exporters that wait for your release")

    def line(self, thing: Release, actor: Actor, now: datetime) -> WorklistLine:
        return line_of(
            thing,
            actor,
            what=thing.letter.exporter.name,
            note=str(thing.letter.get_kind_display()),
            why=_("A letter to this exporter waits for your release."),
        )

    def apart(self, reader: DeskReader) -> Iterator[WorklistLine]:
        """They have no work items, which more people of the agency would see."""
        waiting = Release.objects.visible_to(reader.actor).open().select_related("letter__exporter", "confidential")
        for release in waiting.order_by("created_at", "pk")[:MOST]:
            yield self.line(release, reader.actor, reader.now)


class WaitingReleases(NavigationPage):
    """The releases that the reader may decide. Without one the page is not shown."""

    def rows(self, reader: DeskReader) -> QuerySet[Release]:
        return Release.objects.visible_to(reader.actor).open()


RELEASES = WaitingReleases(group=Group.PREVENTION, place=402, page="releases", only_counted=True)
