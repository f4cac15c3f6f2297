"""The form of a new campaign: the fields of its first action."""

from typing import Any

from agencies.kernel.action_fields import ActionForm
from agencies.kernel.actor import Actor

from .workflow import PLAN


class NewCampaignForm(ActionForm):
    def __init__(self, data: Any = None, *, actor: Actor, strict: bool = False) -> None:
        super().__init__(PLAN, thing=None, actor=actor, strict=strict, data=data)
