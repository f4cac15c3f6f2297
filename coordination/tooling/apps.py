from django.apps import AppConfig


class ToolingConfig(AppConfig):
    """The commands of the product: demonstration, training, scale and upkeep."""

    name = "coordination.tooling"
