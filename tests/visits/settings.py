"""The settings of the suite with the line that adds visits."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [
    "tests.visits.lines.RegisteredConfig" if app == "coordination.config" else app
    for app in (*INSTALLED_APPS, "tests.visits")
]
