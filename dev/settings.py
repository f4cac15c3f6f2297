"""The product's settings, with the commands of `dev`."""

from environ import ImproperlyConfigured

from coordination.settings import *  # noqa: F403 - a settings module is its names
from coordination.settings import INSTALLED_APPS, PRODUCTION

if PRODUCTION:
    raise ImproperlyConfigured("Commands of dev do not belong in a production system; use manage.py.")
INSTALLED_APPS = [*INSTALLED_APPS, "dev"]
