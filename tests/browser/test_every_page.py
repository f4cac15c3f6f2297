"""Every page in both languages, on a wide and a narrow screen: no axe violations and no horizontal overflow."""

import pytest

from agencies.kernel.resource import RESOURCES, resource_of
from tests import stories
from tests.coordination.routes import every_route
from tests.coordination.test_route_matrix import stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = {
    "en": {"viewport": {"width": 1440, "height": 900}},
    "zh-hans": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
NOUN_MODELS = tuple(resource.model for resource in RESOURCES.values())
# Routes that are no pages: they change something, return a file, or belong to sign-in.
ELSEWHERE = {"language", "theme", "login", "logout", "verb", "clocks_csv", "clocks_xlsx", "incoming_file"}


def pages_of(things, opens):
    """The URLs of all pages that this reader may open."""
    for route in every_route():
        if route.is_api or route.name in ELSEWHERE or route.permission == "public":
            continue
        url = route.url(things)
        if opens(url):
            yield url


@pytest.mark.parametrize("language", SCREENS)
@pytest.mark.parametrize("who", ["customs.head", "centre.supervisor"])
def test_every_page_looks_right(person, cast, language, who):
    things = stage(cast)
    stories.transfer(cast, "HEAD_DECISION")
    client = cast.browser(who)

    def opens(url):
        answer = client.get(url)
        return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")

    verbs = [button.url for thing in things.values() for button in buttons(cast, who, thing)]
    reader = person(language, **SCREENS[language]).signs_in(who, stories.PASSWORD)
    addresses = [*pages_of(things, opens), *(url for url in verbs if opens(url))]
    assert len(addresses) > 15
    faults = {}
    for address in addresses:
        found = reader.goes_to(address).violations()
        over = reader.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if found or over > 0:
            faults[address] = (found, over)
    assert faults == {}


def buttons(cast, who, thing):
    """The buttons of an object. Objects without a workflow have none."""
    return resource_of(thing).buttons(cast[who], thing) if isinstance(thing, NOUN_MODELS) else []
