"""The Celery application, where `celery --app coordination` looks for it."""

from coordination.config.celery import app

__all__ = ["app"]
