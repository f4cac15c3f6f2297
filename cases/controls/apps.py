from django.apps import AppConfig

from agencies.kernel import kept


class ControlsConfig(AppConfig):
    name = "cases.controls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        kept.keep_list(*map(self.get_model, ("Country", "District", "Technique")))
