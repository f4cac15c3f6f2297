"""The ASGI application, where web servers expect it."""

from coordination.config.asgi import application

__all__ = ["application"]
