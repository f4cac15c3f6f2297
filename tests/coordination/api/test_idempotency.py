"""A repeated write is executed once, and answered with what its sender may see now."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from agencies.idempotency.actions import KEPT, InFlight, forget_old, write_once
from agencies.idempotency.models import SentRequest
from agencies.kernel.permissions import permission_of
from cases.casefile.models import Party
from cases.intake.models import Lead
from coordination.api.urls import urlpatterns
from coordination.api.views import ApiView
from coordination.exchange.tasks.models import Task
from coordination.lists.saved_views.models import SavedView
from tests import stories

# Both databases: two requests with one key.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def send(browser, path, key="one", **body):
    headers = {"idempotency-key": key} if key is not None else {}
    return browser.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def ask(browser, case, key="one", title="Check licences", **more):
    return send(browser, f"cases/{case.pk}/ask_task/", key, agency="MOFCOM_SCB", title=title, **more)


def is_replay(answer):
    return answer.headers.get("Idempotency-Replayed") == "true"


def test_a_verb_sent_again_with_its_key_is_done_once_and_answered_alike(cast):
    case, browser = stories.shared_case(cast), cast.browser("customs.officer")
    first, second = ask(browser, case), ask(browser, case)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert not is_replay(first)
    assert is_replay(second)
    assert Task.objects.filter(case=case).count() == 1


def test_a_repeat_that_names_the_version_it_read_then_is_not_stale(cast):
    case, browser = stories.case(cast), cast.browser("customs.officer")
    body = {"name": "深圳示例公司", "kind": "company", "role": "exporter", "version": case.version}
    answers = [send(browser, f"cases/{case.pk}/add_party/", **body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].content
    assert Party.objects.filter(case=case, name="深圳示例公司").count() == 1


def test_the_key_is_taken_with_the_quotation_marks_of_the_draft_and_without(cast):
    case, browser = stories.shared_case(cast), cast.browser("customs.officer")
    key = str(uuid4())
    assert ask(browser, case, key).json() == ask(browser, case, f'"{key}"').json()
    assert Task.objects.filter(case=case).count() == 1


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "two words", "钥匙", 'a"b', "a\\b"])
def test_a_key_that_is_none_is_refused_by_name(cast, key):
    case = stories.shared_case(cast)
    answer = ask(cast.browser("customs.officer"), case, key)
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"]] == ["idempotency_key"]
    assert "Idempotency-Key" in answer.json()["detail"]
    assert not Task.objects.filter(case=case).exists()


def test_another_request_with_the_same_key_is_refused(cast):
    case, browser = stories.shared_case(cast), cast.browser("customs.officer")
    ask(browser, case)
    other_body, other_path = ask(browser, case, title="Other"), send(browser, f"cases/{case.pk}/classify/")
    for answer in (other_body, other_path):
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("#problem-idempotency_key_reused")
    assert Task.objects.filter(case=case).count() == 1


def test_keys_of_two_callers_do_not_meet(cast):
    case = stories.shared_case(cast)
    answers = [ask(cast.browser(who), case) for who in ("customs.officer", "customs.lead")]
    assert not any(is_replay(answer) for answer in answers)
    assert Task.objects.filter(case=case).count() == 2


def test_a_refusal_is_not_kept_so_the_corrected_request_may_use_the_key(cast):
    case, browser = stories.shared_case(cast), cast.browser("customs.officer")
    assert ask(browser, case, title="").status_code == 400
    answer = ask(browser, case)
    assert answer.status_code == 201
    assert not is_replay(answer)


def test_a_repeat_is_answered_through_the_sight_that_its_sender_has_now(cast):
    case = stories.shared_case(cast)
    browser, shown = cast.browser("commerce.officer"), {"text": "Seen at the counter", "audience": "case"}
    made = send(browser, f"cases/{case.pk}/write_note/", **shown)
    assert made.status_code == 201, made.content
    stories.walk(cast, case, [("unshare", "customs.officer", {"agency": "MOFCOM_SCB", "reason": "done"})])
    assert browser.get(f"/api/v1/cases/{case.pk}/").status_code == 404
    again = send(browser, f"cases/{case.pk}/write_note/", **shown)
    assert again.status_code == 404
    assert is_replay(again)
    assert "Seen" not in again.content.decode()


def test_an_answer_keeps_digests_and_ids_and_no_contents(cast):
    case = stories.shared_case(cast)
    made = ask(cast.browser("customs.officer"), case, title="A secret matter").json()["created"]
    kept = SentRequest.objects.get()
    assert kept.made == ["tasks", made["id"]]
    assert kept.status == 201
    assert "secret" not in f"{kept.key}{kept.digest}{kept.made}"
    assert "one" not in kept.key


def test_a_machine_may_send_a_key_with_a_report_though_it_needs_none(cast, machine):
    sender, page = machine(), stories.content()
    options = {"content_type": "application/json", "headers": {"idempotency-key": "r1"}}
    first, second = (sender.client.post("/api/v1/leads/", page, **options) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.json()["id"] == first.json()["id"] == str(Lead.objects.get().pk)
    changed = sender.client.post("/api/v1/leads/", page | {"title": "Other"}, **options)
    assert changed.status_code == 422


def test_a_saved_view_is_saved_once_and_deleted_once(cast):
    browser = cast.browser("customs.officer")
    data = {"list": "tasks", "name": "Mine", "query": "", "audience": "private"}
    made = [send(browser, "saved-views/", **data) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    path = f"saved-views/{made[0].json()['id']}/delete/"
    gone = [send(browser, path, "two", version=made[0].json()["version"]) for _ in range(2)]
    assert [answer.status_code for answer in gone] == [204, 204]
    assert not SavedView.objects.exists()


def test_a_secret_is_shown_once_also_to_a_repeat(cast):
    browser = cast.browser("customs.admin")
    first, second = (send(browser, "webhooks/", url="https://bell.example/ring") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201), first.content
    assert first.json()["id"] == second.json()["id"]
    assert first.json()["secret"]
    assert second.json()["secret"] is None


def test_work_in_the_background_is_started_once(cast):
    browser = cast.browser("customs.officer")
    first, second = (send(browser, "exports/", list="cases", form="csv") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201), first.content
    assert first.json()["id"] == second.json()["id"]


def test_every_view_that_writes_shows_how_it_answers_a_repeat():
    views = {one.callback.cls for one in urlpatterns if issubclass(getattr(one.callback, "cls", object), ApiView)}
    writing = {view: view.operations["POST"] for view in views if "POST" in view.operations}
    assert len(writing) > 15
    assert all(permission_of(view) for view in writing)
    assert not [view for view, one in writing.items() if not (one.harmless or one.then)]


def test_keys_are_kept_for_72_hours_and_then_deleted():
    now = timezone.now()
    SentRequest.objects.create(key="new", digest="x", sent_at=now - KEPT + timedelta(minutes=1))
    SentRequest.objects.create(key="old", digest="x", sent_at=now - KEPT - timedelta(minutes=1))
    assert timedelta(hours=72) <= KEPT
    assert forget_old() == 1
    assert SentRequest.objects.get().key == "new"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_request_while_the_first_is_worked_on_is_asked_to_wait(cast):
    def elsewhere():
        try:
            with pytest.raises(InFlight) as refused, write_once("k", "d", waits=False):
                pytest.fail("written twice")
            return refused.value
        finally:
            connection.close()

    with write_once("k", "d", waits=False) as row:
        with ThreadPoolExecutor(1) as pool:
            refused = pool.submit(elsewhere).result()
        row.status = 200
    assert refused.status == 409
    assert int(refused.headers["Retry-After"]) > 0


def test_a_write_that_made_nothing_is_not_performed_again(cast):
    """The first request found no work to hand over; work that came later is not handed over by its repeat."""
    browser = cast.browser("customs.lead")
    sent = {"person": "customs.officer", "to": "customs.legal", "reason": "leave"}
    assert send(browser, "handing-over/", **sent).json() == []
    lead = stories.lead(cast)
    stories.walk(cast, lead, [("take_up", "customs.officer", {})])
    again = send(browser, "handing-over/", **sent)
    assert is_replay(again)
    assert again.json() == []
    assert Lead.objects.get(pk=lead.pk).officer == cast.user("customs.officer")
