from django.apps import AppConfig


class WatchlistsConfig(AppConfig):
    name = "cases.watchlists"
    default_auto_field = "django.db.models.BigAutoField"
