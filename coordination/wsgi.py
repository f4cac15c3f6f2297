"""The WSGI application, where web servers expect it."""

from coordination.config.wsgi import application

__all__ = ["application"]
