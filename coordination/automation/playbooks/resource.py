"""What playbooks add to proceedings and tasks."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Contribution

from .actions import PROCEEDING_ACTIONS, TASK_ACTIONS

PLAYBOOKS = Contribution(
    contributes={"proceedings": PROCEEDING_ACTIONS, "tasks": TASK_ACTIONS},
    sentences={("playbook", "publish_playbook"): _("published a playbook")},
)
