"""Contributions of lists to timelines."""

from django.utils.translation import gettext_lazy as _

from agencies.kernel.resource import Contribution

LISTS = Contribution(sentences={("agency", "export_list"): _("exported a list")})
