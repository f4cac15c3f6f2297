"""Fields of the actions over JSON: offered choices are accepted, all others refused."""

from tests import stories


def offers(browser, resource, thing, query=""):
    answer = browser.get(f"/api/v1/{resource}/{thing.pk}/verbs/{query}")
    assert answer.status_code == 200, answer.content
    return {one["verb"]: one for one in answer.json()}


def fields(offer):
    return {one["name"]: one for one in offer["asks"]}


def test_offered_choices_are_accepted(cast):
    case, browser = stories.case(cast), cast.browser("customs.officer")
    offer = offers(browser, "cases", case, "?verb=share")["share"]
    shown = fields(offer)
    assert shown["reason"]["choices"] is None
    assert (shown["agency"]["kind"], shown["agency"]["needed"]) == ("choice", True)
    body = {name: shown[name]["choices"][0]["value"] for name in ("agency", "profile")}
    shared = browser.post(offer["url"], {**body, "reason": "Their goods", "version": case.version}, "application/json")
    assert shared.status_code in (200, 201), shared.content
    assert case.shares.filter(agency__code=body["agency"]).exists()


def test_no_choice_is_empty(cast):
    case = stories.case(cast)
    shown = offers(cast.browser("customs.officer"), "cases", case)
    every = [one for offer in shown.values() for ask in offer["asks"] for one in ask["choices"] or []]
    assert every
    assert all(one["value"] for one in every)


def test_the_verbs_are_those_of_the_detail_for_this_caller(cast):
    case, browser = stories.shared_case(cast), cast.browser("commerce.officer")
    detail = browser.get(f"/api/v1/cases/{case.pk}/").json()
    assert list(offers(browser, "cases", case)) == [one["verb"] for one in detail["verbs"]]
    assert detail["links"]["verbs"] == f"/api/v1/cases/{case.pk}/verbs/"


def test_a_verb_that_is_not_open_is_not_listed_and_an_unknown_one_refused(cast):
    case, browser = stories.case(cast), cast.browser("customs.officer")
    assert offers(browser, "cases", case, "?verb=reopen") == {}
    assert browser.get(f"/api/v1/cases/{case.pk}/verbs/?verb=burn").status_code == 400
