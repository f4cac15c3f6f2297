from django.apps import AppConfig

from agencies.kernel.work import register_writer


class WorkConfig(AppConfig):
    name = "agencies.work"

    def ready(self) -> None:
        from .actions import write

        register_writer(write)
