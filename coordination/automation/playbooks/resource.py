"""What playbooks add to the proceeding."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Contribution

from .actions import PROCEEDING_ACTIONS

PLAYBOOKS = Contribution(
    contributes={"proceedings": PROCEEDING_ACTIONS},
    sentences={("playbook", "publish_playbook"): _("published a playbook")},
)
