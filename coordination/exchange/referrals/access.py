"""Permissions on referrals, and how much of one an actor sees."""

from operator import attrgetter

from agencies.kernel.actor import Actor, Role
from agencies.organisations.models import Agency
from agencies.people.deciding import DecidingOffice, of_office
from cases.casefile.models import Handling
from cases.papers.choices import paper_from
from coordination.exchange.letters.rules import by_paper_of, chief, office_holder, responsible, staff

from .models import SYSTEM_SCOPES, Referral, Sight

S, K = Referral.State, Referral.Kind
OFFICE = DecidingOffice(agencies=("decider", "sender"), involves={"referral": "pk"})
# What a deputy may decide, where the law says 公安机关负责人; see `receiver_responsible`.
BY_DEPUTIES = frozenset({"file", "not_file", "disown", "uphold", "obey"})
ENVELOPE_STATES = frozenset({S.DELIVERED, S.SENT, S.WITHDRAWN})
# The file was returned: the receiver keeps the envelope and the papers that it wrote.
GIVEN_BACK = frozenset({S.OUT_OF_SCOPE, S.NOT_FILED_FINAL})


sender, receiver = attrgetter("sender"), attrgetter("receiver")


def has_got_it(actor: Actor, referral: Referral) -> bool:
    """The receiver, once delivered: what a sender that does not use the system wrote later has reached it."""
    return referral.delivered_at is not None and actor.works_for(referral.receiver_id)


sender_staff = by_paper_of(sender, by=has_got_it)(staff("sender"))
# The agency's main responsible person or their acting holder; a deputy may not (D310 art. 5).
sender_office_holder = of_office(office_holder("sender"))
sender_lead = chief("sender")
# If every office holder took part, the decision of the superior agency is recorded.
_or_superior = OFFICE.or_superior(by=sender_lead, paper=paper_from(OFFICE.superior))
deciding_office_holder = _or_superior(office_holder("sender"))
sender_chief = by_paper_of(sender, by=has_got_it, of_chief=True)(chief("sender"))


def either_staff(actor: Actor, referral: Referral) -> bool:
    return actor.works_for(referral.sender_id) or actor.works_for(referral.receiver_id)


def arbiter(referral: Referral) -> Agency:
    """The superior asked to designate. Before that, only the two agencies decide."""
    return referral.arbiter or referral.sender


arbiter_chief = by_paper_of(arbiter, by=either_staff, of_chief=True)(chief("arbiter"))


def centre_coordinator(actor: Actor, referral: Referral) -> bool:
    """The centre coordinates (DUR art. 4) and reads no restricted case."""
    return actor.has_role(Role.COORDINATOR) and referral.case.handling != Handling.H3


receiver_staff = by_paper_of(receiver, by=sender_staff)(staff("receiver"))
_by_their_chiefs_paper = by_paper_of(receiver, by=sender_staff, of_chief=True)
# A responsible person of the police, head or deputy (公安机关负责人, MPSP arts. 175, 178, 181).
receiver_responsible = of_office(_by_their_chiefs_paper(responsible("receiver")))
# The chief procurator (检察长, SPPR art. 561); a deputy may not.
receiver_office_holder = of_office(_by_their_chiefs_paper(office_holder("receiver")))
receiver_chief = _by_their_chiefs_paper(chief("receiver"))


def receiver_preparer(actor: Actor, referral: Referral) -> bool:
    """Officers who prepare what a responsible person of the receiver decides."""
    return actor.works_for(referral.receiver_id) and not actor.is_responsible(referral.receiver_id)


def sender_preparer(actor: Actor, referral: Referral) -> bool:
    return actor.works_for(referral.sender_id) and not actor.holds_office(referral.sender_id)


def respondent_preparer(actor: Actor, referral: Referral) -> bool:
    return actor.works_for(referral.respondent_id) and not actor.is_responsible(referral.respondent_id)


def decider_of_proposal(actor: Actor, referral: Referral) -> bool:
    """Whether a proposal waits for this actor's office. Each decision asks for its own office."""
    return actor.is_responsible(referral.decider_id)


def respondent(referral: Referral) -> Agency:
    return referral.respondent or referral.receiver


def holds_their_paper(actor: Actor, referral: Referral) -> bool:
    """The police explain to the procuratorate; the agency may have their paper as well."""
    return receiver_staff(actor, referral) or sender_staff(actor, referral)


# The agency whose decision the procuratorate reviews: the police that did not file.
respondent_staff = by_paper_of(respondent, by=holds_their_paper)(staff("respondent"))
# A responsible person of the police that the procuratorate ordered to file (MPSP art. 182).
respondent_responsible = of_office(by_paper_of(respondent, by=sender_staff, of_chief=True)(responsible("respondent")))
sender_of_notice = attrgetter("notice_from")


def sender_of_supervised(actor: Actor, referral: Referral) -> bool:
    """The agency that asked for the supervision may have the papers between procuratorate and police."""
    return referral.respondent_id is not None and sender_staff(actor, referral)


@by_paper_of(sender_of_notice, by=sender_of_supervised)
def issuer_staff(actor: Actor, referral: Referral) -> bool:
    """The agency that issues the notices of this kind of referral."""
    return actor.works_for(referral.notice_from.pk)


def addressee_staff(actor: Actor, referral: Referral) -> bool:
    """The agency on which the notices of this kind of referral are served."""
    return actor.works_for(referral.notice_to.pk)


def sight(referral: Referral, actor: Actor) -> Sight:
    """The actor's level of access, by state. Independent of how the referral was found, so it may return NOTHING."""
    level = _level_of_side(referral, actor)
    handed = referral.delivered_at is not None and actor.is_staff
    return Sight.ENVELOPE if level == Sight.NOTHING and handed and _passed_on(referral, actor) else level


def reads_package(referral: Referral, actor: Actor) -> bool:
    """Runs no queries, so lists may call it for every row."""
    return _level_of_side(referral, actor) >= Sight.PACKAGE


def _level_of_side(referral: Referral, actor: Actor) -> Sight:
    if actor.has_scope(*SYSTEM_SCOPES):
        return _level_of_system(referral, actor)
    if not actor.reads_cases:
        return Sight.NOTHING
    if actor.agency_id == referral.sender_id and actor.is_staff:
        return Sight.FULL
    if actor.is_centre and referral.case.handling != Handling.H3 and not referral.never_sent:
        return Sight.PACKAGE
    if referral.delivered_at is None or not actor.is_staff:
        return Sight.NOTHING
    if actor.agency_id == referral.receiver_id:
        return _receiver_level(referral)
    if actor.agency_id in (referral.supervised_by_id, referral.arbiter_id):
        return Sight.PACKAGE
    asked = actor.agency_id == referral.respondent_id and referral.signed_at is not None
    if asked or actor.agency_id == referral.copy_to_id:
        return Sight.ENVELOPE
    return Sight.NOTHING


def _level_of_system(referral: Referral, system: Actor) -> Sight:
    """A connected system reads what was handed over, and never the drafts and remarks of its own agency."""
    if referral.delivered_at is None or referral.case.handling == Handling.H3:
        return Sight.NOTHING
    if system.agency_id == referral.receiver_id:
        return _receiver_level(referral)
    return Sight.PACKAGE if system.agency_id == referral.sender_id else Sight.NOTHING


def _receiver_level(referral: Referral) -> Sight:
    if given_back(referral):
        return Sight.ENVELOPE
    return Sight.ENVELOPE if referral.state in ENVELOPE_STATES and not _request(referral) else Sight.PACKAGE


def receiver_reads(referral: Referral) -> bool:
    """Whether the receiving agency reads the package now."""
    return referral.delivered_at is not None and _receiver_level(referral) >= Sight.PACKAGE


def _request(referral: Referral) -> bool:
    """A request must be read to be answered. Only the package of a transfer waits for the signed receipt."""
    return not (referral.is_transfer or referral.comes_back) and referral.state == S.SENT


def given_back(referral: Referral) -> bool:
    """The receiver keeps the envelope and its own papers."""
    kept = referral.kind == Referral.Kind.ADMINISTRATIVE and referral.state == S.KEPT
    return kept or (referral.is_transfer and referral.state in GIVEN_BACK)


def _passed_on(referral: Referral, actor: Actor) -> bool:
    """An agency that passed the matter on to the competent one keeps the envelope."""
    return any(agency.pk == actor.agency_id for agency in referral.passed_on_by.all())
