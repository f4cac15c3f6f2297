"""The Celery application, where `celery --app coordination` expects it."""

from coordination.config.celery import app

__all__ = ["app"]
