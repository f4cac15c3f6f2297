from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Template tags, static files, formats and the language catalogue."""

    name = "coordination.site"
