"""What the page of a referral shows beside it, as far as the reader may read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse

from agencies.journal.models import Event, effective_events
from agencies.kernel.actor import Actor
from agencies.kernel.addresses import address
from agencies.kernel.buttons import named_button
from agencies.kernel.texts import Text
from agencies.organisations.models import Agency
from cases.clocks.models import Clock, PeriodRule
from cases.files.models import Attachment
from cases.intake.triage import Claim, read_claim, read_names
from coordination.exchange.opinions.models import Stance

from .access import sight
from .checklist import checklists, contacts_for_step
from .corrections import CONFIRMED, corrections_of
from .folder import counts_of, goods_of, is_prepared, missing_or_met, opinions_on, way_to_field
from .legal_steps import legal_steps, rule_codes
from .models import Referral, Sight
from .packages import content_of, handed_over
from .presentation import periods_of_review, shown
from .workflow import decided_above, workflow_of


def page_parts(found: Referral, actor: Actor, params: QueryDict) -> dict[str, Any]:
    events = _events(found, actor)
    clocks = _clocks(found, actor)
    rules = {rule.code: rule for rule in PeriodRule.objects.filter(code__in=rule_codes(found)).order_by("version")}
    level = sight(found, actor)
    sees_package, prepared = level >= Sight.PACKAGE, is_prepared(found, actor)
    details, contacts = shown(found, actor), contacts_for_step(found, level)
    return {
        "details": details,
        "returned_by": found.receiver if found.state == Referral.State.RETURNED else None,
        "letters": _with_writers(found, details.get("letters", [])),
        "packages": _in_words(details.get("packages", []), found, actor),
        "corrections": corrections_of(found, list(found.packages.all())) if sees_package else [],
        "receipt": named_button("referrals", actor, found, CONFIRMED) if _may_confirm(found) else None,
        "package_url": address("referral_package", found.pk) if sees_package and details.get("packages") else "",
        "steps": legal_steps(found, level, effective_events(events), clocks, rules),
        "checklists": checklists(found, actor),
        "parts": missing_or_met(found, actor) if _is_checked(found, level) else [],
        "counts": counts_of(found, actor) if prepared else [],
        "goods": goods_of(found) if prepared else None,
        "opinions": opinions_on(found, actor) if prepared else [],
        "edit_url": way_to_field("files", found, actor) if prepared else "",
        "preview": _preview(found, actor) if prepared else None,
        "contacts": contacts,
        "notice": _notice_in_words(found, actor, details, rules),
        "decided_above": decided_above(found) if level == Sight.FULL else None,
        "review": periods_of_review(found) if sees_package else [],
        "nobody_decides": found.state == Referral.State.HEAD_DECISION and level == Sight.FULL and not contacts,
        "clocks": clocks,
        "events": events[::-1],  # latest first, as on every timeline
    }


def _preview(found: Referral, actor: Actor) -> "ShownPackage":
    """What the addressee will read, as it is now. The files are opened where the sender keeps them."""
    content = content_of(found)
    rows = content.get("files", [])
    kept = {str(pk) for pk in Attachment.objects.visible_to(actor).filter(referrals=found).values_list("pk", flat=True)}
    files = [FileInPackage(row, address("file", UUID(row["id"])) if row["id"] in kept else "") for row in rows]
    [opinions] = _opinions([content])
    claim, number = read_claim(content, read_names([content])), found.packages.count() + 1
    return ShownPackage({"number": number, "content": content}, claim, files, [], opinions)


def _may_confirm(found: Referral) -> bool:
    return CONFIRMED in workflow_of(found).transitions


def _is_checked(found: Referral, level: Sight) -> bool:
    """Whether this is a transfer that its own agency has not handed over."""
    return found.is_transfer and level == Sight.FULL and found.delivered_at is None


def _notice_in_words(
    referral: Referral, actor: Actor, details: dict[str, Any], rules: Mapping[str, PeriodRule]
) -> dict[str, Any] | None:
    """The last notice, with the sentence of its act and the rules whose periods run from its receipt."""
    notice: dict[str, Any] | None = details.get("notice")
    if notice is None:
        return None
    return {
        **notice,
        "issuer": referral.notice_from,
        "addressee": referral.notice_to,
        "act": workflow_of(referral).labels[notice["verb"]].sentence,
        "verb_to_record": _verb_to_record(referral, actor),
        "periods": [rules[code] for code in notice["periods"] if code in rules],
    }


def _verb_to_record(referral: Referral, actor: Actor) -> str:
    """The action by which this reader records the receipt; "" if there is none to record."""
    if not referral.notice_pending:
        return ""
    return "confirm_receipt" if actor.agency_id == referral.notice_to.pk else "record_service"


@dataclass(frozen=True)
class FileInPackage:
    """A file or scan as it was frozen; `url` opens it, empty if this reader may not."""

    frozen: dict[str, Any]
    url: str


@dataclass(frozen=True)
class ShownOpinion:
    """An opinion as it was frozen, with its agency."""

    frozen: dict[str, Any]
    agency: Agency

    @property
    def given_at(self) -> datetime:
        return datetime.fromisoformat(self.frozen["given_at"])

    @property
    def stance(self) -> str:
        return str(self.frozen["stance"])

    @property
    def get_stance_display(self) -> Text:
        return Stance(self.stance).label


@dataclass(frozen=True)
class ShownPackage:
    """A package with its facts in the reader's language. The frozen and digested data are codes."""

    package: dict[str, Any]
    claim: Claim
    files: list[FileInPackage]
    scans: list[FileInPackage]
    opinions: list[ShownOpinion]


def _opinions(contents: Sequence[dict[str, Any]]) -> list[list[ShownOpinion]]:
    """The opinions of each content, with one query for their agencies."""
    rows = [content.get("opinions", []) for content in contents]
    codes = {one["agency"] for several in rows for one in several}
    agencies = {one.code: one for one in Agency.objects.filter(code__in=codes)} if codes else {}
    return [[ShownOpinion(one, agencies[one["agency"]]) for one in several] for several in rows]


def _in_words(packages: list[dict[str, Any]], referral: Referral, actor: Actor) -> list[ShownPackage]:
    names = read_names(package["content"] for package in packages)
    openable = handed_over(referral, actor) if packages else {}

    def files(package: dict[str, Any], part: str) -> list[FileInPackage]:
        return [
            FileInPackage(row, reverse("package_file", args=[referral.pk, row["id"]]) if row["id"] in openable else "")
            for row in package["content"].get(part, [])
        ]

    opinions = _opinions([one["content"] for one in packages])
    return [
        ShownPackage(one, read_claim(one["content"], names), files(one, "files"), files(one, "scans"), said)
        for one, said in zip(packages, opinions, strict=True)
    ]


def _with_writers(referral: Referral, letters: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Agency, Any]]:
    """Each letter with the agency that wrote it and the sentence of the action by which it was sent."""
    if not letters:
        return []
    sides = (referral.sender, referral.receiver, referral.respondent, referral.supervised_by, referral.arbiter)
    agencies = {agency.code: agency for agency in (*sides, *referral.passed_on_by.all()) if agency is not None}
    words = workflow_of(referral).labels
    return [(letter, agencies[letter["agency"]], words[letter["verb"]].sentence) for letter in letters]


def _events(referral: Referral, actor: Actor) -> list[Event]:
    visibility = Event.objects.filter(object_kind="referral", object_id=referral.pk).readable_by_agency(actor.agency_id)
    return list(visibility.with_corrections().select_related("note").order_by("happened_at", "id"))


def _clocks(referral: Referral, actor: Actor) -> list[Clock]:
    """Clocks of this referral that the reader may see, running ones first."""
    visible = Clock.objects.visible_to(actor).about(referral).select_related("rule", "agency")
    visible = visible.annotate(granted=Count("extensions"))
    return sorted(visible.order_by("due_at", "pk"), key=lambda clock: clock.stopped_at is not None)
