"""Between the agencies: referrals, tasks, figures; and the wiring that holds the product together."""

from coordination.config.celery import app as celery_app

__all__ = ["celery_app"]
