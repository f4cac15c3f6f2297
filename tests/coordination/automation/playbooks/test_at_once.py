"""Two concurrent workers and a person create each step only once."""

import threading

import pytest
from django.db import connection

from coordination.automation.playbooks.actions import apply_playbook, follow_journal
from coordination.automation.playbooks.models import PlaybookUse
from coordination.exchange.tasks.models import Task

from .test_apply import expected, matter, steps

pytestmark = pytest.mark.both_databases  # two people start one playbook

WORKERS = 3


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_and_a_person_at_once_ask_each_step_once(cast):
    moved = matter(cast, "INVESTIGATE")
    started, failed = threading.Barrier(WORKERS), []
    person = cast["customs.officer"]

    def run(act):
        try:
            started.wait(timeout=30)
            act()
        except Exception as no:
            failed.append(no)
        finally:
            connection.close()

    acts = [follow_journal, follow_journal, lambda: apply_playbook(moved, actor=person, playbook="false_declaration")]
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failed == []
    assert steps(moved) == expected("false_declaration", "customs", "VERIFY", "FILED_ADM", "INVESTIGATE")
    asked = Task.objects.filter(proceeding=moved)
    assert asked.exclude(step="").count() == len(steps(moved))
    assert not asked.filter(step="").open().exists()  # a sweep may have proposed the playbook before it was started
    assert PlaybookUse.objects.filter(proceeding=moved).count() == 1
