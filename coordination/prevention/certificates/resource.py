"""Certificates of end user and end use as a resource."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from agencies.kernel import columns
from agencies.kernel.actor import Actor
from agencies.kernel.facets import CountedList
from agencies.kernel.navigation import Group, NavigationPage
from agencies.kernel.resource import (
    Api,
    BriefChange,
    Column,
    EmptyList,
    Facts,
    Listing,
    Notices,
    Resource,
    Summary,
)
from agencies.kernel.search_parts import Phrase, Search, SearchKind, seen
from agencies.kernel.sights import ByColumns
from coordination.prevention.acting import PreventionReassignment, about_exporter

from .actions import ACTIONS, record_certificate
from .filters import CertificateFilter
from .measures import MEASURES
from .models import Certificate, CertificateQuerySet
from .open_items import OpenCertificates
from .page import page_parts
from .shapes import CertificateShape
from .work import WORK
from .workflow import CERTIFICATE as TABLE
from .workflow import LABELS, STARTS

_NUMBER = '<a class="cv-mono" href="{% url \'certificate\' row.pk %}">{{ row.number }}</a>'
_USER = '{{ row.end_user|with_lang }}<span class="cv-sub">{{ row.country_label }}</span>'


class CertificateList(Listing):
    filters = CertificateFilter
    sorts = {"until": "valid_until", "updated": "updated_at"}
    default = "until"
    related = ("agency", "exporter", "handler")
    page = "certificates"
    columns = (
        columns.plain("number", _("Number"), cell=_NUMBER),
        Column(
            "exporter_name", _("Exporter"), lambda row, actor: row.exporter.name, "{{ row.exporter.name|with_lang }}"
        ),
        columns.plain("end_user", _("End user"), cell=_USER),
        columns.plain("country", _("Country"), cell=""),
        columns.plain("goods", _("Goods"), cell="{{ row.goods|with_lang }}"),
        columns.state(),
        columns.day("valid_until", _("Valid until"), sort="until"),
        columns.agency("agency", _("Agency")),
    )
    subtitle = _("Certificates of end user and end use of the exporters that your agency follows.")
    empty = EmptyList(
        _("No certificate yet"), _("A certificate is recorded on the page of an exporter."), "file-earmark-check",
        "exporters", _("Go to the exporters"),
    )  # fmt: skip
    facets = ("state",)
    chips_label = _("Certificates")

    def chips(self, visible: CertificateQuerySet, actor: Actor) -> Iterable[CountedList]:
        yield _("Expire soon"), "expiring=1", visible.to_renew()
        yield _("Open"), "open=1", visible.open()
        yield _("All"), "", visible


def _reading(certificate: Certificate, actor: Actor) -> Facts:
    return [
        (_("End user"), f"{certificate.end_user} ({certificate.country_label})"),
        (_("End use"), certificate.end_use),
    ]


def _says(certificate: Certificate) -> Iterable[Phrase]:
    yield Phrase(_("Number"), certificate.number, "number")
    yield Phrase(_("End user"), certificate.end_user, "name")
    yield Phrase(_("Exporter"), certificate.exporter.name, "name")
    yield Phrase(_("End use"), certificate.end_use)


CERTIFICATE = Resource(
    name="certificates",
    kind="certificate",
    model=Certificate,
    page="certificate",
    label=_("End-use certificate"),
    plural=_("End-use certificates"),
    looks={
        "VALID": ("good", "file-earmark-check"),
        "DOUBTFUL": ("review", "question-circle"),
        "EXPIRED": ("stopped", "clock-history"),
        "REVOKED": ("stopped", "x-lg"),
    },
    workflows=(TABLE,),
    actions=ACTIONS,
    related=("agency", "exporter", "handler"),
    is_corrected=False,  # its record is edited
    adds={"exporters": STARTS},
    contributes={"exporters": {"record_certificate": record_certificate}},
    sentences={("certificate", "record"): LABELS["record"].sentence},
    listing=CertificateList(),
    page_parts=page_parts,
    work=(WORK,),
    open_items=OpenCertificates(),
    navigation=NavigationPage(group=Group.PREVENTION, place=406, counts="certificate", waiting="?expiring=1"),
    summary=Summary(title="number", sight=ByColumns(own={"agency_id": ""})),
    reading=_reading,
    notices=Notices(in_hand=("handler",), reminds=("warn",)),
    reassign=PreventionReassignment(),
    bulk=("assign", "hand_over"),
    about_company=about_exporter(),
    measures=MEASURES,
    changes=(
        BriefChange(
            key="certificates-doubtful",
            place=64,
            name=_("Doubtful"),
            definition=_("Certificates of end user and end use that were marked as doubtful."),
            at="state_since",
            agencies=("agency_id",),
            shown="agency",
            words=lambda certificate: str(certificate),
            cut=lambda rows: rows.filter(state=Certificate.State.DOUBTFUL),
            matter="pk",
        ),
    ),
    search=Search(
        kinds=(
            SearchKind(
                name="certificate",
                resource="certificates",
                model=Certificate,
                says=_says,
                read_by=seen(Certificate),
                page="certificate",
                subject="pk",
                related=("exporter",),
                agencies=("agency",),
            ),
        )
    ),
    api=Api(
        row=("exporter", "issued_on", "expiry", "created_at", "updated_at"),
        detail=(
            *("issuer", "control_code", "hs_code", "quantity_kg", "end_use", "no_reexport", "no_military", "reason"),
            *("checks", "differences"),
        ),
        shape=CertificateShape,
    ),
)
