"""Coordination between agencies: referrals, tasks, figures; and the wiring of the whole product."""

from coordination.config.celery import app as celery_app

__all__ = ["celery_app"]
