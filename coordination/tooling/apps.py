from django.apps import AppConfig


class ToolingConfig(AppConfig):
    """Commands of the product: preparation, training and maintenance."""

    name = "coordination.tooling"
