"""An agency keeps the certificates of an exporter, checks them, follows their last day, and compares what was promised
with the shipments on cases that it reads."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from agencies.kernel import times
from agencies.kernel.errors import Forbidden
from agencies.work.models import WorkItem
from agencies.work.rebuilding import rebuild
from cases.casefile.actions import add_item, add_shipment
from cases.casefile.models import Item
from coordination.config.schedule import JOBS
from coordination.insight.metrics.asking import Question, ask_many
from coordination.insight.metrics.following import follow
from coordination.messaging.notifications.jobs import drain
from coordination.prevention.certificates.actions import ACTIONS, follow_days, record_certificate
from coordination.prevention.certificates.comparing import differences
from coordination.prevention.certificates.models import Certificate
from tests import stories
from tests.costs import costs_no_more
from tests.refusals import invalid_at, refused_for
from tests.stories.certificates import facts
from tests.stories.diligence import in_days
from tests.stories.exporters import USCC

OFFICER = "commerce.officer"


def act(cast, certificate, verb, who=OFFICER, **given):
    ACTIONS[verb](certificate, actor=cast[who], **given)
    certificate.refresh_from_db()


@pytest.fixture
def case(cast):
    """A case of customs, shared whole with commerce, that names the exporter as a party."""
    found = stories.shared_case(cast)
    stories.add_party(
        found, actor=cast["customs.officer"], kind="company", role="exporter", name="海纳", scheme="USCC", value=USCC
    )
    return found


def ship(cast, case, **given):
    """A shipment of goods with the HS code of gallium, today."""
    item = {"description": "Metal", "hs_code": "8112929010", "net_weight_kg": 60, "conduct_on": times.today()}
    goods = {name: given.pop(name) for name in list(given) if name in item}
    case.refresh_from_db()
    add_item(case, actor=cast["customs.officer"], nature="goods", basis="unknown", **item | goods)
    case.refresh_from_db()
    add_shipment(case, actor=cast["customs.officer"], **{"route": "CHN MYS", "declaration_no": "530020261", **given})


def found(cast, certificate, who=OFFICER):
    return {one.subject.value: (one.declared, one.promised) for one in differences(certificate, cast[who])}


def test_an_officer_records_one_on_the_page_of_the_exporter(cast):
    exporter = stories.exporter(cast)
    form = reverse("verb", args=["exporters", exporter.pk, "record_certificate"])
    sent = {name: str(value) for name, value in facts(country="越南", quantity_kg="0.1 t").items()}
    answer = cast.browser(OFFICER).post(form, sent | {"no_reexport": "on", "version": exporter.version})
    made = Certificate.objects.get()
    assert answer["Location"] == reverse("certificate", args=[made.pk])
    assert (made.country, made.quantity_kg, made.no_reexport, made.no_military) == ("VNM", 100, True, False)
    assert f"/certificates/{made.pk}/" in cast.browser(OFFICER).get(f"/exporters/{exporter.pk}/").text


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"country": "Atlantis"}, "/country"),
        ({"valid_until": in_days(-40)}, "/valid_until"),
    ],
)
def test_a_wrong_fact_is_refused_at_its_field(cast, change, at):
    with invalid_at(at):
        record_certificate(stories.exporter(cast), actor=cast[OFFICER], **facts(**change))


def test_a_number_is_recorded_once_for_an_exporter(cast):
    certificate = stories.certificate(cast)
    with invalid_at("/number"):
        record_certificate(certificate.exporter, actor=cast[OFFICER], **facts())


def test_checks_have_result_source_and_day_and_decide_nothing(cast):
    certificate = stories.certificate(cast)
    act(cast, certificate, "add_check", kind="embassy", result="no", source="Mission in Hanoi", checked_on=in_days(0))
    assert certificate.state == "VALID"
    for day in (in_days(1), in_days(-31)):
        with invalid_at("/checked_on"):
            act(cast, certificate, "add_check", kind="stamp", result="yes", source="Sample", checked_on=day)
    page = cast.browser(OFFICER).get(f"/certificates/{certificate.pk}/").text
    assert "Mission in Hanoi" in page
    assert "not confirmed" in page


def test_a_doubtful_one_is_work_until_it_is_trusted_or_revoked(cast):
    certificate = stories.certificate(cast, "DOUBTFUL")
    item = WorkItem.objects.get(kind="certificate")
    assert (item.state, item.person_id) == ("DOUBTFUL", certificate.handler_id)
    act(cast, certificate, "revoke", reason="Not issued")
    assert not WorkItem.objects.filter(kind="certificate").exists()
    with refused_for("state"):
        act(cast, certificate, "trust", reason="x")


def test_one_that_ends_within_sixty_days_is_work_until_it_is_noted(cast):
    far = stories.certificate(cast, valid_until=in_days(61))
    assert not WorkItem.objects.filter(kind="certificate").exists()
    with refused_for("expiry"):
        act(cast, far, "note_expiry")
    Certificate.objects.update(valid_until=in_days(60))
    assert follow_days() == 1
    assert follow_days() == 0
    assert far.number in cast.browser(OFFICER).get("/").text
    far.refresh_from_db()
    act(cast, far, "note_expiry")
    assert (far.expiry, follow_days()) == ("noted", 0)
    assert not WorkItem.objects.filter(kind="certificate").exists()


def test_another_last_day_makes_the_end_work_anew(cast):
    certificate = stories.certificate(cast)
    act(cast, certificate, "note_expiry")
    changed = {name: value for name, value in facts(valid_until=in_days(300)).items() if name != "number"}
    act(cast, certificate, "edit", **changed)
    assert certificate.expiry == ""
    act(cast, certificate, "edit", **changed | {"valid_until": in_days(50)})
    assert certificate.expiry == "soon"


def test_it_expires_after_its_last_day_by_the_job(cast):
    certificate = stories.certificate(cast, valid_until=in_days(0))
    assert follow_days() == 0
    Certificate.objects.update(valid_until=in_days(-1))
    list(rebuild("certificate"))
    assert follow_days() == 1
    certificate.refresh_from_db()
    assert (certificate.state, WorkItem.objects.filter(kind="certificate").count()) == ("EXPIRED", 0)
    assert "the certificate expired" in cast.browser(OFFICER).get(f"/certificates/{certificate.pk}/").text
    drain()
    assert certificate.number in cast.browser(OFFICER).get(reverse("notices")).text
    assert JOBS["certificates.follow_days"]["task"] == "certificates.follow_days"


def test_another_destination_than_promised_is_a_difference_with_its_source(cast, case):
    certificate = stories.certificate(cast, at=stories.exporter(cast))
    ship(cast, case)
    assert found(cast, certificate) == {"destination": ("Malaysia", "Vietnam")}
    page = cast.browser(OFFICER).get(f"/certificates/{certificate.pk}/").text
    for said in ("Malaysia", "Vietnam", f"/cases/{case.pk}/", "530020261"):
        assert said in page
    shown = cast.browser(OFFICER).get(f"/api/v1/certificates/{certificate.pk}/").json()["differences"]
    assert [one["subject"] for one in shown] == ["destination"]
    assert Certificate.objects.get().state == "VALID"


def test_a_third_country_on_the_route_is_a_difference(cast, case):
    certificate = stories.certificate(cast, at=stories.exporter(cast))
    ship(cast, case, route="CHN KOR VNM")
    assert list(found(cast, certificate)) == ["route"]
    assert "Korea" in found(cast, certificate)["route"][0]


def test_more_than_promised_over_all_cases_is_a_difference(cast, case):
    certificate = stories.certificate(cast, at=stories.exporter(cast))
    ship(cast, case, route="CHN VNM")
    assert found(cast, certificate) == {}
    ship(cast, case, route="CHN VNM", net_weight_kg=41)
    assert found(cast, certificate)["quantity"][0].startswith("101 kg")


def test_other_goods_are_a_difference_and_count_for_no_quantity(cast, case):
    certificate = stories.certificate(cast, at=stories.exporter(cast))
    ship(cast, case, route="CHN VNM", hs_code="2804909000", net_weight_kg=500)
    assert list(found(cast, certificate)) == ["goods"]


def test_what_happened_before_the_issue_is_not_compared(cast, case):
    certificate = stories.certificate(cast, at=stories.exporter(cast))
    ship(cast, case, conduct_on=times.today() - timedelta(days=31))
    assert Item.objects.count() >= 1
    assert found(cast, certificate) == {}


def test_only_cases_whose_contents_the_reader_reads_are_compared(cast, case):
    theirs = stories.certificate(cast, by="police.officer", at=stories.exporter(cast, by="police.officer"))
    stories.share_case(
        case, actor=cast["customs.officer"], agency="MPS_ECID", profile="status", reason="joint campaign"
    )
    ship(cast, case)
    assert found(cast, theirs, "police.officer") == {}
    assert str(case.pk) not in cast.browser("police.officer").get(f"/certificates/{theirs.pk}/").text


def test_an_exporter_without_a_number_is_compared_with_no_case(cast, case):
    certificate = stories.certificate(cast)
    ship(cast, case)
    assert found(cast, certificate) == {}
    assert "no number in the register" in cast.browser(OFFICER).get(f"/certificates/{certificate.pk}/").text


def test_other_agencies_see_nothing_and_the_centre_reads(cast):
    certificate = stories.certificate(cast)
    for who in ("customs.officer", "police.lead", "procurator"):
        for address in (f"/certificates/{certificate.pk}/", f"/api/v1/certificates/{certificate.pk}/"):
            assert cast.browser(who).get(address).status_code == 404, (who, address)
        with pytest.raises(Forbidden):
            act(cast, certificate, "revoke", who, reason="x")
    assert cast.browser("centre.supervisor").get(f"/certificates/{certificate.pk}/").status_code == 200


def test_figures_count_those_recorded_and_those_that_end_soon(cast):
    stories.certificate(cast)
    follow()
    today = times.today()
    keys = ("certificates_recorded", "certificates_expiring")
    answers = ask_many(cast["commerce.lead"], [Question(key, today, today) for key in keys])
    assert [one.total.value for one in answers] == [1, 1]


def test_the_end_of_a_certificate_is_counted_as_long_as_it_is_work(cast):
    """An edit that leaves the last day ends no work, and a certificate that is valid again is work again."""
    certificate = stories.certificate(cast)
    said = [expiring(cast)]
    for verb, given in (
        ("edit", edited(end_use="LED lamps")),
        ("doubt", {"reason": "The stamp differs."}),
        ("edit", edited(end_use="LED wafers")),
        ("trust", {"reason": "It was compared."}),
        ("edit", edited(valid_until=in_days(40))),
        ("edit", edited(valid_until=in_days(400))),
        ("edit", edited(valid_until=in_days(20))),
        ("note_expiry", {}),
    ):
        act(cast, certificate, verb, **given)
        said.append(expiring(cast))
    assert said == [1, 1, 0, 0, 1, 1, 0, 1, 0]


def edited(**rest):
    return {name: value for name, value in facts(**rest).items() if name != "number"}


def expiring(cast):
    """The figure of the centre, which equals the number of certificates whose end is work."""
    follow()
    (answer,) = ask_many(cast["centre.supervisor"], [Question("certificates_expiring", times.today(), times.today())])
    assert answer.total.value == Certificate.objects.to_renew().count()
    return answer.total.value


def test_the_page_costs_no_more_with_more_cases(cast, case):
    certificate = stories.certificate(cast, at=stories.exporter(cast))
    ship(cast, case)
    with costs_no_more(cast.browser(OFFICER), f"/certificates/{certificate.pk}/", "/certificates/"):
        for number in range(3):
            ship(cast, case)
            record_certificate(certificate.exporter, actor=cast[OFFICER], **facts(number=f"EUC-{number}"))


def test_its_migrations_are_current():
    call_command("makemigrations", "certificates", "--check", "--dry-run")
