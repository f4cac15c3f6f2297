from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    """The project itself: fills the register of resources."""

    name = "coordination.config"

    def ready(self) -> None:
        from coordination.resources import register  # with the nouns' models, which are loaded by now

        register()
