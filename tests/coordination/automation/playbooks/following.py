"""The job of playbooks, after which the handler or an officer starts each playbook that it proposed."""

from agencies.people.sight import actor_for
from coordination.automation.playbooks.actions import start_playbook
from coordination.automation.playbooks.jobs import follow as sweep
from coordination.exchange.tasks.models import Task
from tests.kept_stories import story

OFFICERS = ("customs.officer", "antismuggling.officer", "commerce.officer")


@story
def follow(cast):
    sweep()
    for proposal in proposals():
        officers = (cast[name] for name in OFFICERS if cast[name].works_for(proposal.agency_id))
        handler = proposal.assignee
        start_playbook(proposal, actor=actor_for(handler) if handler else next(officers))


def proposals():
    return Task.objects.open().exclude(proposes="").select_related("proceeding", "assignee")
