"""When jobs run without being asked. `expires` is the number of seconds after which a waiting job is dropped."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

JOBS: dict[str, dict[str, Any]] = {
    "operation.tick": {"task": "operation.tick", "schedule": 10.0, "options": {"expires": 10}},
    # A job after the commit is faster; this finds what a lost one left. Notices wait at most five seconds.
    "notifications.drain": {"task": "notifications.drain", "schedule": 5.0, "options": {"expires": 5}},
    "channels.plan": {"task": "channels.plan", "schedule": 10.0, "options": {"expires": 10}},
    "channels.send": {"task": "channels.send", "schedule": 15.0, "options": {"expires": 15}},
    "channels.tidy": {"task": "channels.tidy", "schedule": timedelta(hours=6), "options": {"expires": 3600}},
    "outcomes.notify": {"task": "outcomes.notify", "schedule": 10.0, "options": {"expires": 10}},
    "outcomes.sweep": {"task": "outcomes.sweep", "schedule": timedelta(hours=6), "options": {"expires": 3600}},
    "gateways.watch": {"task": "gateways.watch", "schedule": 30.0, "options": {"expires": 30}},
    # Scheduled only: it follows the journal, regardless of what wrote there.
    "feeds.follow": {"task": "feeds.follow", "schedule": 5.0, "options": {"expires": 5}},
    "feeds.sweep": {"task": "feeds.sweep", "schedule": timedelta(hours=6), "options": {"expires": 3600}},
    "runs.work": {"task": "runs.work", "schedule": 5.0, "options": {"expires": 5}},
    # Scheduled only: arrivals are routed within five seconds.
    "routing.route": {"task": "routing.route", "schedule": 5.0, "options": {"expires": 5}},
    "escalation.climb": {"task": "escalation.climb", "schedule": 60.0, "options": {"expires": 60}},
    "stops.watch": {"task": "stops.watch", "schedule": 60.0, "options": {"expires": 60}},
    "reminders.settle": {"task": "reminders.settle", "schedule": 60.0, "options": {"expires": 60}},
    "clocks.sweep": {"task": "clocks.sweep", "schedule": 30.0, "options": {"expires": 30}},
    "proceedings.lapse_measures": {
        "task": "proceedings.lapse_measures",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Scheduled only: changes are searchable within five seconds.
    "search.index_changed": {"task": "search.index_changed", "schedule": 5.0, "options": {"expires": 5}},
    # The job decides itself when to run; this only calls it often enough.
    # Scheduled only: it follows the journal, regardless of what wrote there.
    "thresholds.check": {"task": "thresholds.check", "schedule": 60.0, "options": {"expires": 60}},
    "metrics.follow": {"task": "metrics.follow", "schedule": 10.0, "options": {"expires": 10}},
    "metrics.compare": {
        "task": "metrics.compare",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"expires": 3600},
    },
    # Scheduled only: many actions change facts, and none of them knows of opinions.
    "opinions.follow_facts": {"task": "opinions.follow_facts", "schedule": 10.0, "options": {"expires": 10}},
    # Scheduled only: it follows the journal and the lists, regardless of what wrote there.
    "screening.follow": {"task": "screening.follow", "schedule": 15.0, "options": {"expires": 15}},
    # Scheduled only: it follows the journal, regardless of what wrote there.
    "routerisk.follow": {"task": "routerisk.follow", "schedule": 30.0, "options": {"expires": 30}},
    # Scheduled only: it follows the journal, regardless of what wrote there.
    "playbooks.follow": {"task": "playbooks.follow", "schedule": 10.0, "options": {"expires": 10}},
    # Every hour: a certificate ends at midnight, and a worker that stood still catches up.
    "certificates.follow_days": {
        "task": "certificates.follow_days",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "papers.sweep_orphans": {
        "task": "papers.sweep_orphans",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    "confirmations.sweep": {
        "task": "confirmations.sweep",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "machines.watch_keys": {
        "task": "machines.watch_keys",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "form_drafts.drop_old_drafts": {
        "task": "form_drafts.drop_old_drafts",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    "idempotency.forget": {
        "task": "idempotency.forget",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    # On SQLite every read waits in a file; on PostgreSQL only those the database could not take.
    "read_log.take_in": {"task": "read_log.take_in", "schedule": 10.0, "options": {"expires": 10}},
    "read_log.watch": {"task": "read_log.watch", "schedule": 60.0, "options": {"expires": 60}},
    "read_log.forget": {"task": "read_log.forget", "schedule": timedelta(hours=6), "options": {"expires": 3600}},
    # At fixed times, regardless of activity: an extra checkpoint would disclose hidden activity to the auditor.
    "journal.checkpoint": {"task": "journal.checkpoint", "schedule": timedelta(hours=1), "options": {"expires": 1800}},
    "work.compare": {"task": "work.compare", "schedule": crontab(hour="3", minute="20"), "options": {"expires": 3600}},
    "imports.forget": {"task": "imports.forget", "schedule": timedelta(hours=6), "options": {"expires": 3600}},
    "exports.sweep": {"task": "exports.sweep", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
    "routing.watch": {"task": "routing.watch", "schedule": 60.0, "options": {"expires": 60}},
    "casefile.compare_determinations": {
        "task": "casefile.compare_determinations",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Every hour, so that a worker that stood still on a Monday catches up. A period gets one draft.
    "bulletins.draft": {"task": "bulletins.draft", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
    "intake.read_again": {"task": "intake.read_again", "schedule": 60.0, "options": {"expires": 60}},
    "intake.place": {"task": "intake.place", "schedule": timedelta(minutes=10), "options": {"expires": 600}},
    "sharing.end_lapsed": {"task": "sharing.end_lapsed", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
}
