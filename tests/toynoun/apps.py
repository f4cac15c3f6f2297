from django.apps import AppConfig


class ToyConfig(AppConfig):
    name = "tests.toynoun"

    def ready(self) -> None:
        from agencies.kernel.register import fill_register
        from coordination.resources import DECLARED
        from tests.toynoun.resource import TOY

        fill_register((*DECLARED, TOY))
