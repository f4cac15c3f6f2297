from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    """The wiring itself: commands, static files, the language catalogue."""

    name = "coordination"
