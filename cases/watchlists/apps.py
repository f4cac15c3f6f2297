from django.apps import AppConfig


class WatchlistsConfig(AppConfig):
    name = "cases.watchlists"

    def ready(self) -> None:
        from cases.controls.parties import read_entries_from  # with the models, which are loaded by now

        from .entries import entries

        read_entries_from(entries)
