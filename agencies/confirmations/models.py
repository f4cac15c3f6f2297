"""Confirmations (双人确认): requests that take effect only after a second person has confirmed them."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.duty.models import Absence
from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.permissions import RULE_KEEPERS
from agencies.kernel.records import Stateful
from agencies.kernel.resource import RESOURCE_OF_KIND
from agencies.kernel.texts import Text
from agencies.machines.models import ApiClient
from agencies.organisations.models import Agency
from agencies.people.models import Membership, User
from agencies.people.rights import HeldRight, after_change, from_data, is_of_office

RIGHTS_HEADINGS: dict[str, Text] = {
    "grant_role": _("Grant role"),
    "change_role": _("Move or extend role"),
    "end_role": _("End role"),
    "grant_office": _("Record office"),
    "change_office": _("Extend or shorten office"),
    "end_office": _("End office"),
    "enable_account": _("Enable account"),
}
KEY_HEADINGS: dict[str, Text] = {"create_key": _("New key"), "widen_key": _("Wider limits of a key")}
ADMINISTRATORS = frozenset({Role.AGENCY_ADMIN, Role.COORDINATOR, Role.SUPERVISOR, Role.SYSADMIN, Role.SECADMIN})


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Limits to requests the actor made or may confirm, and completed ones about the actor's account. A connected
        system sees what it prepared, and the officer who is to sign it; while this officer is away also the deputy and
        those who lead the agency, if they see the object.

        Leads and office holders also see completed requests about accounts of their agency. Requests about rights are
        also seen by the responsible persons and the account administrator of the agency, by the auditor and by the
        administrators of system and security.
        """
        if actor.is_machine:
            return self.filter(client=actor.id)
        if actor.kind != "user":
            return self.none()
        mine = Q(requester=actor.id)
        account = Q(person=actor.id) | Q(agency=actor.agency_id, kind__in=Confirmation.ACCOUNT)
        done = Q(state=Confirmation.State.COMPLETED) & (account if actor.leads(actor.agency_id) else Q(person=actor.id))
        return self.filter(mine | done | self._confirmed_by(actor) | self._of_rights(actor))

    def waiting_for(self, actor: Actor, now: Any = None) -> Self:
        """Limits to open requests that the actor may confirm, sign, refuse or hand to another officer now."""
        open_ones = self.filter(state=Confirmation.State.REQUESTED, expires_at__gt=now or times.now())
        return open_ones.filter(self._confirmed_by(actor))

    def open(self) -> Self:
        return self.exclude(state__in=Confirmation.ENDED)

    def overdue(self) -> Self:
        """Limits to expired requests, by the same rule as `has_expired`."""
        late = self.open().filter(expires_at__lte=times.now())
        return late.exclude(state=Confirmation.State.CONFIRMED, kind__in=Confirmation.DATED)

    @staticmethod
    def _of_rights(actor: Actor) -> Q:
        """The requests about rights and appointments that the actor watches or manages."""
        rights = Q(kind__in=Confirmation.RIGHTS_KINDS)
        if actor.has_role(*Membership.APART):
            return rights | Q(kind=Confirmation.Kind.ENROL, requester=None)
        if actor.is_responsible(actor.agency_id) or actor.has_role(Role.AGENCY_ADMIN):
            return rights & Q(agency=actor.agency_id)
        return Q(pk=None)

    @staticmethod
    def _confirmed_by(actor: Actor) -> Q:
        """Returns the rule of `access.may_confirm` as a query condition."""
        if actor.kind != "user":
            return Q(pk=None)
        kinds = [kind for kind in Confirmation.Kind if is_eligible(actor, kind)]
        others = ~Q(requester=actor.id) & (Q(person=None) | ~Q(person=actor.id))
        signs = Q(kind=Confirmation.Kind.PREPARED, confirmer=actor.id, confirmer_agency=actor.agency_id)
        own = Q(confirmer_agency=actor.agency_id)
        if actor.has_role(Role.SECADMIN):
            own |= Q(kind=Confirmation.Kind.KEY)
        return own & Q(kind__in=kinds) & others | signs | ConfirmationQuerySet.in_place_of_signer(actor)

    @staticmethod
    def in_place_of_signer(actor: Actor, *, as_deputy: bool = False) -> Q:
        """What a system prepared and waits for an officer who is away or whose account is disabled: for the deputy and,
        unless `as_deputy`, for those who lead the agency. They see the object too.

        There is rarely any, so these are looked up first; the sight of their objects would cost each page more.
        """
        if not actor.is_staff:
            return Q(pk=None)
        absent = Absence.objects.at(times.now()).filter(person=OuterRef("confirmer"))
        mine = Q(Exists(absent.filter(deputy=actor.person_id)))
        if not as_deputy and actor.leads(actor.agency_id):
            mine |= Q(Exists(absent)) | Q(confirmer__is_active=False)
        waiting = Confirmation.objects.filter(mine, kind=Confirmation.Kind.PREPARED, confirmer_agency=actor.agency_id)
        named = waiting.filter(state=Confirmation.State.REQUESTED).values_list("pk", "object_kind", "object_id")
        objects = {(kind, thing): pk for pk, kind, thing in named}
        seen = []
        for kind in {kind for kind, _thing in objects}:
            visible = RESOURCE_OF_KIND[kind].model.objects.visible_to(actor)
            ids = visible.filter(pk__in=[thing for of, thing in objects if of == kind]).values_list("pk", flat=True)
            seen += [objects[kind, pk] for pk in ids]
        return Q(pk__in=seen)


class Confirmation(Stateful):
    """One request. `agency` is the agency concerned; people of `confirmer_agency` may confirm.

    `person` is the owner of the account concerned. `object_kind`, `object_id`, `verb` and `answers` (strings by field
    name) describe the action that is to be performed: a step of an absent agency, or a change of facts, which were
    `before` when the change was requested. The bodies of an agency use `answers` and `before` too, and so does a change
    of rights, whose `verb` is a function of `agencies.people.actions` and whose `before` are all rights of the account.
    What the system `client` prepared is an act of the officer `confirmer`, who is named from the beginning.
    A request about a key has its limits in `answers` and `before`, and names a key whose limits become wider in
    `answers`.
    """

    class Kind(models.TextChoices):
        JOIN = "join", _("Connection of an agency to the system")
        LEAVE = "leave", _("Disconnection of an agency from the system")
        ENROL = "enrol", _("First sign-in of an account")
        RESET = "reset", _("Password reset for an account")
        IDENTITY = "identity", _("Account confirmed to be in its holder's control")
        PROXY_STEP = "proxy", _("Head's decision, recorded from the paper of another agency")
        CHANGE = "change", _("Change of facts on which papers or decisions rest")
        CONSENT = "consent", _("Consent of the originating agency")
        RULES = "rules", _("Publication of a change of the control law")
        CAMPAIGN = "campaign", _("Start or change of a campaign")
        RISK = "risk", _("Putting a risk rule into force")
        IMPORT = "import", _("Taking over of an imported table")
        BESIDE = "beside", _("Procuratorate, reconsideration agency and court of an agency")
        RIGHTS = "rights", _("Change of rights")
        VACANCY = "vacancy", _("Change of rights without a responsible person")
        PREPARED = "prepared", _("Act that a connected system prepared")
        KEY = "key", _("Key of a system")

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", _("Awaiting confirmation")
        CONFIRMED = "CONFIRMED", _("Confirmed by a second person")
        COMPLETED = "COMPLETED", _("In effect")
        REFUSED = "REFUSED", _("Refused")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        EXPIRED = "EXPIRED", _("Expired")

    ENDED = (State.COMPLETED, State.REFUSED, State.WITHDRAWN, State.EXPIRED)
    SIGN_IN = (Kind.JOIN, Kind.LEAVE)
    PASSWORD = (Kind.ENROL, Kind.RESET)
    ACCOUNT = (Kind.ENROL, Kind.RESET, Kind.IDENTITY)
    # Confirmed by a responsible person; where none is left, by two administrators of different kinds.
    RIGHTS_KINDS = (Kind.RIGHTS, Kind.VACANCY)
    # Their possible confirmers are notified in person, because they are not those who lead an agency.
    OF_PERSONS = (*RIGHTS_KINDS, Kind.KEY)
    DATED = (*SIGN_IN, Kind.VACANCY)  # once confirmed, it waits for its time and does not expire
    # Actions on an object, each performed once it is confirmed.
    STEPS = (
        *(Kind.PROXY_STEP, Kind.CHANGE, Kind.CONSENT, Kind.RULES, Kind.CAMPAIGN, Kind.RISK),
        *(Kind.IMPORT, Kind.PREPARED),
    )

    journal_kind = "confirmation"
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.REQUESTED)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    confirmer_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    requester = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", help_text="empty: the server's operator"
    )
    client = models.ForeignKey(
        ApiClient, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="that prepared it"
    )
    confirmer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    paper = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    object_kind = models.CharField(max_length=20, blank=True)
    object_id = models.UUIDField(null=True, blank=True)
    verb = models.CharField(max_length=40, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    before = models.JSONField(default=dict, blank=True)
    expires_at = models.DateTimeField()

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kind__in=["enrol", "reset"], state__in=["REQUESTED", "CONFIRMED"]),
                name="confirmation_one_password",
            ),
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(kind__in=["join", "leave"], state__in=["REQUESTED", "CONFIRMED"]),
                name="confirmation_one_sign_in",
            ),
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(kind="beside", state__in=["REQUESTED", "CONFIRMED"]),
                name="confirmation_one_beside",
            ),
            models.UniqueConstraint(
                fields=["object_id", "agency"],
                condition=Q(kind="prepared", state__in=["REQUESTED", "CONFIRMED"]),
                name="confirmation_one_prepared",
            ),
            models.CheckConstraint(
                condition=~Q(kind="prepared") | Q(client__isnull=False, confirmer__isnull=False),
                name="confirmation_names_signer",
            ),
            models.CheckConstraint(
                condition=Q(confirmer=None) | Q(requester=None) | ~Q(confirmer=F("requester")),
                name="confirmation_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["enrol", "reset", "identity", "rights", "vacancy"]) | Q(person__isnull=False),
                name="confirmation_names_person",
            ),
        ]
        indexes = [
            models.Index(fields=["confirmer_agency"], condition=Q(state="REQUESTED"), name="confirmation_waiting"),
            models.Index(
                fields=["expires_at"], condition=Q(state__in=["REQUESTED", "CONFIRMED"]), name="confirmation_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def change(self) -> Text:
        """The change of rights, or the step with the kind of its object; "" where the kind of request says all."""
        if self.kind in self.RIGHTS_KINDS:
            return RIGHTS_HEADINGS.get(self.verb, "")
        if self.kind == self.Kind.KEY:
            return KEY_HEADINGS[self.verb]
        if not self.is_step or self.object_kind not in RESOURCE_OF_KIND:
            return ""
        resource = RESOURCE_OF_KIND[self.object_kind]
        labels = next((table.labels[self.verb] for table in resource.workflows if self.verb in table.labels), None)
        words = {"what": resource.label, "step": labels.button} if labels else None
        return gettext("%(what)s: %(step)s") % words if words else resource.label

    @property
    def asked_by(self) -> str:
        """Who made the request: a person, a connected system, or the operator of the server."""
        if self.requester is not None:
            return self.requester.name
        return self.client.name if self.client else gettext("Server")

    @property
    def is_step(self) -> bool:
        """Whether it is an action on an object, which is performed once it is confirmed."""
        return self.kind in self.STEPS

    @property
    def has_expired(self) -> bool:
        """Whether the time limit has passed. What is confirmed for a later time waits for it and does not expire."""
        waits = self.state == self.State.CONFIRMED and self.kind in self.DATED
        return self.state not in self.ENDED and not waits and self.expires_at <= times.now()

    @property
    def is_of_office(self) -> bool:
        """Whether it concerns an office and not a role."""
        return is_of_office(self.verb, self.rights_before)

    @property
    def rights_before(self) -> list[HeldRight]:
        return from_data(self.before.get("rights", []))

    @property
    def rights_after(self) -> list[HeldRight]:
        """All rights of the account as the confirmed change leaves them."""
        return after_change(self.rights_before, self.verb, self.answers) if self.kind in self.RIGHTS_KINDS else []


def is_eligible(actor: Actor, kind: str) -> bool:
    """Whether the actor's roles allow confirming this kind.

    Account and sign-in requests: leads, office holders and administrators. Identity: the head or a supervisor. Step of
    an absent agency, and change of facts: staff. Consent and import: leads and office holders. Control law: system
    administrators and coordinators. Campaign: people of the centre. Risk rule: leads, office holders and people of the
    centre. Rights: responsible persons; without any, administrators of system and security. Key: administrators of
    agency and security. What a system prepared: no second person, because the officer whom it names signs it.
    """
    if kind == Confirmation.Kind.PREPARED:
        return False
    if kind == Confirmation.Kind.KEY:
        return actor.has_role(Role.AGENCY_ADMIN, Role.SECADMIN)
    if kind == Confirmation.Kind.RIGHTS:
        return actor.is_responsible(actor.agency_id)
    if kind == Confirmation.Kind.VACANCY:
        return actor.has_role(Role.SYSADMIN, Role.SECADMIN)
    if kind == Confirmation.Kind.CAMPAIGN:
        return actor.is_centre
    if kind == Confirmation.Kind.RISK:
        return actor.is_centre or actor.leads(actor.agency_id)
    if kind == Confirmation.Kind.RULES:
        return RULE_KEEPERS.allows(actor)
    if kind in (Confirmation.Kind.CONSENT, Confirmation.Kind.IMPORT):
        return actor.leads(actor.agency_id)
    if kind in Confirmation.STEPS:
        return actor.is_staff
    if kind == Confirmation.Kind.IDENTITY:
        return actor.holds_office(actor.agency_id) or actor.has_role(Role.SUPERVISOR)
    return actor.leads(actor.agency_id) or actor.has_role(*ADMINISTRATORS)


class Enrolment(models.Model):
    """The two secrets for setting a password, link and code, stored as digests.

    The link is shown once to the requester, the code once to the second person.
    """

    MOST_ATTEMPTS = 5

    confirmation = models.OneToOneField(Confirmation, on_delete=models.CASCADE, related_name="enrolment")
    link = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the link's secret")
    code = models.CharField(max_length=200, blank=True, help_text="as passwords are kept; empty until it is drawn")
    attempts = models.PositiveSmallIntegerField(default=0)
