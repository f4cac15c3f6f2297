"""The content of a referral as its reader may see it. Pages and API share this."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from agencies.kernel.actor import Actor
from agencies.kernel.resource import Facts
from agencies.people.models import User
from cases.casefile.choices import ConversionSide, Ground
from cases.casefile.models import Case
from cases.clocks.models import Clock
from cases.proceedings.models import REVIEWS, Proceeding

from .access import given_back, sight
from .corrections import as_data, corrections_of
from .models import Letter, Package, Referral, Sight
from .packages import envelope_of
from .receipts import periods_of_notice
from .workflow import decided_above

GROUNDS = {**dict(Ground.choices), **dict(ConversionSide.choices)}


def shown(referral: Referral, actor: Actor) -> dict[str, Any]:
    """The referral cut to the reader's level of access. Page and API show these values and no others.

    Every level contains the one below it, and `sight` names the level (envelope | package | full):

    - envelope: agencies, number, offence, mark, goods by name, number of parts; the reason if withdrawn;

    - package: title, frozen package, supplements and corrections, handler, questions, answers and decisions; of a file
      for prosecution the running periods of the review;

    - full: the sender's own report, internal remark, team, drafter and approver.

    `notice` is the one that was served last, for the agency that issued it and the one on which it is served: its
    periods run from `received_at`, which is None until the receipt is recorded. Every level includes the letters that
    the reader may read and related referrals. An agency that gets a copy of the letter has the envelope and `letter`.
    `case` and `proceeding` are None unless the reader may open them. Values are plain data (datetimes stay datetimes);
    agencies are codes.
    """
    level = sight(referral, actor)
    if level == Sight.NOTHING:
        return {"sight": "nothing"}
    packages = list(referral.packages.all())
    data = {"sight": level.name.lower(), **_envelope(referral, packages), **_around(referral, actor)}
    if notice := _notice(referral, actor):
        data["notice"] = notice
    if actor.agency_id == referral.copy_to_id and referral.state != Referral.State.WITHDRAWN:
        data["letter"] = _letter_copy(packages)
    if actor.agency_id == referral.receiver_id and given_back(referral):
        data |= _own_papers(referral)
    if level >= Sight.PACKAGE:
        data |= _package(referral, packages, actor)
    if level >= Sight.FULL:
        data |= _full(referral)
    return data


def reading(referral: Referral, actor: Actor) -> Facts:
    """What is read beside an action: the letter as it was sent, before that its draft, and what became of it."""
    data = shown(referral, actor)
    sent = [package["content"]["letter"] for package in data.get("packages", []) if "letter" in package["content"]]
    letter = sent[-1] if sent else data
    return [
        (_("Kind"), referral.get_kind_display()),
        (_("Sender"), referral.sender.name),
        (_("Title"), letter.get("title", "")),
        (_("Text"), letter.get("report", "")),
        (_("Missing papers"), data.get("asked_papers", "")),
        (_("Answer"), data.get("answer", "")),
        (_("Reasons"), data.get("ending_reason", "")),
        (_("Internal remark"), data.get("internal_remark", "")),
    ]


def _notice(referral: Referral, actor: Actor) -> dict[str, Any] | None:
    """The last notice with its two dates, for its issuer and its addressee."""
    issuer, addressee = referral.notice_from, referral.notice_to
    if not referral.notice_verb or actor.agency_id not in (issuer.pk, addressee.pk):
        return None
    return {
        "verb": referral.notice_verb,
        "issuer": issuer.code,
        "addressee": addressee.code,
        "issued_at": referral.notice_issued_at,
        "received_at": referral.notice_received_at,
        "proof": referral.notice_proof,
        "periods": list(periods_of_notice(referral)),
    }


def _envelope(referral: Referral, packages: list[Package]) -> dict[str, Any]:
    return {
        "id": str(referral.pk),
        "kind": referral.kind,
        "number": referral.number,
        "state": referral.state,
        "state_since": referral.state_since,
        "sender": referral.sender.code,
        "receiver": referral.receiver.code,
        "holder": referral.holder.code,
        "offence": referral.offence.code if referral.offence else "",
        **({"urgent": True} if referral.urgent else {}),
        "mark": referral.case.handling,
        "delivered_at": referral.delivered_at,
        "due_at": referral.due_at,
        "breach_at": referral.breach_at,
        "version": referral.version,
        **envelope_of(packages),
        **({"ending_reason": referral.ending_reason} if _is_reason_public(referral) else {}),
    }


def _around(referral: Referral, actor: Actor) -> dict[str, Any]:
    """Letters between the sides, and referrals that this one answers or that answer it, as far as the reader may
    know."""
    letters = Letter.objects.visible_to(actor).filter(referral=referral).select_related("agency")
    beside = Referral.objects.visible_to(actor).filter(Q(pk=referral.parent_id) | Q(parent_id=referral.pk))
    return {
        "letters": [
            {"verb": n.verb, "agency": n.agency.code, "above": n.above, "text": n.text, "at": n.at} for n in letters
        ],
        "related": [
            {
                "id": str(one.pk),
                **{"kind": one.kind, "words": str(one.get_kind_display()), "number": one.number},
                **{"state": one.state, "state_words": str(one.get_state_display())},
            }
            for one in beside.order_by("created_at", "pk")
        ],
    }


def _is_reason_public(referral: Referral) -> bool:
    """Every holder of the envelope sees why it was withdrawn."""
    return referral.state == Referral.State.WITHDRAWN and referral.delivered_at is not None


def _own_papers(referral: Referral) -> dict[str, Any]:
    """The receiver keeps its own papers when the file is returned."""
    return {"asked_papers": referral.asked_papers, "ending_reason": referral.ending_reason}


def _letter_copy(packages: list[Package]) -> dict[str, Any]:
    """The letter itself, which the procuratorate gets on delivery (D310 art. 6), without report and annexes."""
    letter = packages[0].content.get("letter", {}) if packages else {}
    return {name: letter.get(name, "") for name in ("number", "title", "offence", "sender", "receiver")}


def _package(referral: Referral, packages: list[Package], actor: Actor) -> dict[str, Any]:
    case = referral.case if _sees_case(referral, actor) else None
    opened = _proceeding(referral.proceeding_id or referral.resumed_id, actor)
    # The sender alone sees why the responsible person did not approve; both sides see every later reason.
    between_both = referral.delivered_at is not None
    return {
        "title": referral.title,
        "signed_at": None if referral.is_supervision else referral.signed_at,
        "handler": _reachable(referral.handler),
        "asked_papers": referral.asked_papers,
        "owed_papers": referral.owed_papers,
        "incomplete_because": referral.incomplete_because,
        "competent": referral.competent.code if referral.competent else "",
        "answer": referral.answer,
        "ending_reason": referral.ending_reason if between_both else "",
        "packages": [
            {"number": p.number, "digest": p.digest, "frozen_at": p.frozen_at, "content": p.content} for p in packages
        ],
        "corrections": as_data(corrections_of(referral, packages)),
        "about": list(referral.parties.values_list("name", flat=True)),
        "ground": str(GROUNDS.get(referral.ground, "")),
        "arbiter": referral.arbiter.code if referral.arbiter else "",
        "case": {name: str(getattr(case, name)) for name in ("id", "number", "title", "title_en")} if case else None,
        "proceeding": _read_values(opened),
        **({"review": [_period(one) for one in reviewed]} if (reviewed := periods_of_review(referral)) else {}),
    }


def _period(clock: Clock) -> dict[str, Any]:
    return {"rule": clock.rule.code, "started_at": clock.started_at, "due_at": clock.due_at}


def periods_of_review(file: Referral) -> list[Clock]:
    """The running periods of the review for prosecution, and of the supplementary investigation: they run on the
    proceeding, and both sides of its file read them."""
    if not file.in_volumes or file.origin is None or file.state in Referral.ENDED:
        return []
    running = Clock.objects.running().about(file.origin).filter(rule__code__in=[*REVIEWS.values(), "CRM_SUPPLEMENT"])
    return list(running.select_related("rule", "agency").order_by("due_at", "pk"))


def with_sight_of_case(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Whether the actor sees the case, read with the referral."""
    seen = Case.objects.visible_to(actor).filter(pk=OuterRef("case_id"))
    read: QuerySet[Any] = rows.annotate(is_case_seen=Exists(seen))
    return read


def _sees_case(referral: Referral, actor: Actor) -> bool:
    known: bool | None = referral.__dict__.get("is_case_seen")
    return Case.objects.visible_to(actor).filter(pk=referral.case_id).exists() if known is None else known


def _read_values(opened: Proceeding | None) -> dict[str, str] | None:
    if opened is None:
        return None
    return {"id": str(opened.pk), "number": opened.external_number, "words": str(opened.get_kind_display())}


def _proceeding(pk: Any, actor: Actor) -> Proceeding | None:
    return Proceeding.objects.visible_to(actor).filter(pk=pk).first() if pk else None


def _full(referral: Referral) -> dict[str, Any]:
    route = referral.route
    return {
        "routing": {
            "suggested": referral.suggested.code if referral.suggested else "",
            "reason": route.reason if route else "",
            "cited": route.cited if route else "",
            "overruled_because": referral.overruled_because,
        },
        "acts": [act.title for act in referral.acts.all()],
        "report": referral.report,
        "internal_remark": referral.internal_remark,
        "to_revise": referral.to_revise,
        "enclosures": referral.enclosures,
        "team": [user.name for user in referral.team.order_by("username")],
        "drafter": referral.drafter.name if referral.drafter else "",
        "approver": referral.approver.name if referral.approver else "",
        "decided_above": _decided_above(referral),
        "ending_reason": referral.ending_reason,
    }


def _decided_above(referral: Referral) -> dict[str, str] | None:
    above = decided_above(referral)
    return {"agency": above.agency.code, "by": above.by, "paper": above.paper} if above else None


def _reachable(person: User | None) -> dict[str, str] | None:
    """The handler with desk and telephone, shown to the other side to save letters of enquiry."""
    return {"name": person.name, "phone": person.phone, "desk": person.desk} if person else None
