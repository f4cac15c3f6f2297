from django.apps import AppConfig


class RegisteredConfig(AppConfig):
    """The line in the register: it adds visits to the tuple in `coordination/resources.py`."""

    name = "coordination.config"

    def ready(self) -> None:
        from coordination import resources
        from tests.visits.resource import RESOURCE

        resources.DECLARED = (*resources.DECLARED, RESOURCE)
        resources.register()
