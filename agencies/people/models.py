"""People (人员): a person belongs to one agency permanently, holds roles per unit, and approves by an office."""

import uuid
from typing import Any, Self

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.kernel import times
from agencies.kernel.actor import Actor, Role
from agencies.kernel.bilingual import NamedModel, pick
from agencies.organisations.models import Agency


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, actor: Actor) -> Self:
        """Limits to accounts an administrator manages. It is no directory: cases name whom to call."""
        if actor.has_role(Role.SYSADMIN, Role.SECADMIN):
            return self
        if actor.has_role(Role.AGENCY_ADMIN):
            return self.filter(agency_id=actor.agency_id)
        return self.none()

    def able_to_sign_in(self) -> Self:
        """Limits to enabled accounts with a password. Before enrolment there is no usable password."""
        return self.filter(is_active=True).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)


class BaseManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


UserManager = BaseManager.from_queryset(UserQuerySet)


class User(AbstractBaseUser, NamedModel):
    """An account. Moving to another agency requires a new one, so that earlier access is not carried along."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("sign-in name"), max_length=60, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="people")
    staff_number = models.CharField(
        max_length=40, blank=True, help_text="by which one person has one account at an agency, for good"
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True, help_text="receives only the number of waiting items")
    desk_zh = models.CharField(max_length=100, blank=True)
    desk_en = models.CharField(max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)  # empty follows the browser
    is_active = models.BooleanField(_("active"), default=True)
    reset_at = models.DateTimeField(null=True, blank=True, help_text="when the password was last set by a reset")
    identity_confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="when the head of an agency above last vouched for the person after a reset"
    )
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    objects = UserManager()
    rights: Any = None  # as read together with the person, for one use (`agencies.people.sight`)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "staff_number"], condition=~Q(staff_number=""), name="one_account_a_person"
            ),
        ]

    @property
    def desk(self) -> str:
        return pick(self.desk_zh, self.desk_en)


def held_today(of: str = "") -> Q:
    """The condition that a right is held today; `of` is the path to it, such as `offices__`."""
    return _not_ended(of) & Q(**{f"{of}since__lte": times.today()})


def _not_ended(of: str = "") -> Q:
    lasts = Q(**{f"{of}until": None}) | Q(**{f"{of}until__gte": times.today()})
    return lasts & Q(**{f"{of}ended_at": None})


class CurrentQuerySet(models.QuerySet[Any]):
    def current(self) -> "CurrentQuerySet":
        """Limits to what is held today."""
        return self.filter(held_today())

    def not_ended(self) -> "CurrentQuerySet":
        """Limits to what is held today or will be held later."""
        return self.filter(_not_ended())


class Right(models.Model):
    """What a person holds from–until (inclusive). A row is ended and never deleted.

    `effective_at` is when it took effect: a new right confirms no other (`agencies.confirmations`). `ended_at` is when
    it was ended by an act, which counts at once; a right that ends by its last day has none.
    """

    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)
    effective_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Membership(Right):
    """One role in one unit. An agency is its own first unit."""

    class Roles(models.TextChoices):
        OFFICER = Role.OFFICER.value, _("Officer")
        LEAD = Role.LEAD.value, _("Unit lead")
        AGENCY_ADMIN = Role.AGENCY_ADMIN.value, _("Agency administrator")
        COORDINATOR = Role.COORDINATOR.value, _("Coordinator")
        SUPERVISOR = Role.SUPERVISOR.value, _("Supervisor")
        AUDITOR = Role.AUDITOR.value, _("Auditor")
        SYSADMIN = Role.SYSADMIN.value, _("System administrator")
        SECADMIN = Role.SECADMIN.value, _("Security administrator")

    # 三员分立 (MLPS level 3): the holder of one of these roles holds no other.
    APART = frozenset({Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN})

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=14, choices=Roles.choices)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "unit", "role", "since"], condition=Q(ended_at=None), name="membership_once"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="membership_period"),
        ]


class HoldersQuerySet(CurrentQuerySet):
    def current(self) -> "HoldersQuerySet":
        """Limits to the main responsible persons of today. A deputy is none."""
        return self.responsible().filter(is_deputy=False)

    def responsible(self) -> "HoldersQuerySet":
        """Limits to the responsible persons (负责人) of today, deputies included."""
        return super().current()  # type: ignore[return-value]  # a filter of this queryset


POSTS = {
    "main": _("Main responsible person"),
    "acting": _("Acting responsible person"),
    "deputy": _("Deputy responsible person"),
}


class OfficeHolder(Right):
    """The agency's main responsible person (主要负责人) or acting substitute, or a deputy (副职负责人).

    A deputy decides only what the law leaves to a responsible person of the agency (MPSP arts. 175, 178), never what
    it leaves to the main one (D310 art. 5). `confirmed_by` is the second person by whose confirmation they act.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="offices")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="office_holders")
    is_acting = models.BooleanField(default=False)
    is_deputy = models.BooleanField(default=False)
    document = models.CharField(
        max_length=200, blank=True, help_text="the paper that appoints, needed for all but the main one"
    )
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = HoldersQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "agency", "since"], condition=Q(ended_at=None), name="office_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="office_period"),
            models.CheckConstraint(
                condition=Q(is_acting=False, is_deputy=False) | ~Q(document=""), name="office_has_document"
            ),
            models.CheckConstraint(condition=Q(is_acting=False) | Q(is_deputy=False), name="office_acting_or_deputy"),
        ]

    @property
    def post(self) -> str:
        """main | acting | deputy."""
        return "deputy" if self.is_deputy else "acting" if self.is_acting else "main"

    @property
    def title(self) -> str:
        """The name of the office."""
        return str(POSTS[self.post])


class FailedAttempts(models.Model):
    """Failed attempts of one count of `throttle`, and when the next attempt is accepted.

    `key` and `about` are keyed digests: of the count, and of the account concerned ("" for an address).
    """

    key = models.CharField(max_length=64, unique=True)
    about = models.CharField(max_length=64, blank=True, db_index=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    free_at = models.DateTimeField(null=True)
