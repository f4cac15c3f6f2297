from django.apps import AppConfig


class ToolingConfig(AppConfig):
    """Commands of the product: demonstration, training, scale and maintenance."""

    name = "coordination.tooling"
