from django.apps import AppConfig

from agencies.kernel import kept


class ClocksConfig(AppConfig):
    name = "cases.clocks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        kept.keep(self.get_model("Rule"))
