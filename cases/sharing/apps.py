from django.apps import AppConfig

from agencies.kernel.work import Projection, register_projection


class SharingConfig(AppConfig):
    name = "cases.sharing"

    def ready(self) -> None:
        from .models import Share

        register_projection("shares", Projection(Share.objects.copy_again, Share.objects.differing().count))
