from django.apps import AppConfig

from agencies.kernel import kept


class AgenciesConfig(AppConfig):
    name = "agencies.organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        kept.keep_version_in(self.get_model("KeptVersion"))
        kept.keep(self.get_model("Agency"))
