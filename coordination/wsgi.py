"""The web server's way in."""

import logging
import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from coordination import production

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")
application = get_wsgi_application()

if text := production.refusal():
    # Said before it is raised: production's log lines leave out what an exception says.
    logging.getLogger(__name__).critical(text)
    raise ImproperlyConfigured(text)
