"""Licences have no steps here: they are issued and changed in the licensing system, and imported from its table."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.workflow import Workflow

from .models import Licence

LICENCE = Workflow("licence", Licence.State, {}, {}, final=frozenset(Licence.State.values))
IMPORTED = _("imported a table of licences")
