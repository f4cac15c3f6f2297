"""The WSGI application, where web servers look for it."""

from coordination.config.wsgi import application

__all__ = ["application"]
