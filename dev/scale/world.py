"""Data for generated cases: agencies with their share of the work, people, recurring firms, goods, ports."""

import random
from bisect import bisect
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from agencies.organisations.models import Agency
from agencies.people.models import User
from cases.clocks.models import PeriodRule
from cases.controls.models import Country, District, Offence, Technique, ViolationType

from .chain import EventActor
from .copies import COPY, TAIL

YEARS = 3
# A few agencies have most of the work; the demonstration's accounts belong to them.
WEIGHTS = {"GACC": 25, "MOFCOM_SCB": 12, "GACC_ASB": 10, "MPS_ECID": 6}
MATERIALS = (
    ("锑锭", "Antimony ingots", "锌锭", "8110101000", 30), ("镓", "Gallium", "铝粒", "8112929090", 18),
    ("锗锭", "Germanium ingots", "硅片", "8112921000", 14), ("氧化锑", "Antimony oxide", "钛白粉", "2825800000", 12),
    ("石墨", "Graphite", "碳粉", "2504101000", 8), ("镝铁合金", "Dysprosium-iron alloy", "铁合金", "7202999100", 6),
    ("人造金刚石微粉", "Synthetic diamond powder", "磨料", "7105102000", 5), ("钨粉", "Tungsten powder", "铁粉", "8101100000", 4),
    ("铋锭", "Bismuth ingots", "锡锭", "8106101000", 2), ("碲", "Tellurium", "硒", "2804500000", 1),
)  # fmt: skip
PLACES = ("深圳", "宁波", "上海", "青岛", "南宁", "长沙", "天津", "厦门", "昆明", "大连", "广州", "郑州")
CORES = (
    "华锐",
    "鼎源",
    "恒泰",
    "瑞丰",
    "金诚",
    "宏远",
    "天域",
    "中合",
    "博川",
    "启明",
    "东昇",
    "远航",
    "盛达",
    "永固",
    "汇通",
)
TRADES = ("贸易", "国际货运代理", "新材料", "金属", "供应链管理", "报关", "矿业", "科技")
FOREIGN = ("Trading Pte Ltd", "Metals FZE", "Import Co", "Resources Sdn Bhd", "Logistics GmbH")
ROUTES = (
    "CHN VNM USA",
    "CHN THA USA",
    "CHN MEX USA",
    "CHN HKG JPN",
    "CHN KOR USA",
    "CHN MYS IND",
    "CHN ARE",
    "CHN VNM",
)
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英"
ONE_DAY = 86_400
# Times of a day, formatted once: a case uses about eighty.
SECONDS = [f"{at // 3600:02d}:{at % 3600 // 60:02d}:{at % 60:02d}+00:00" for at in range(ONE_DAY)]


@dataclass(frozen=True, slots=True)
class SeededAgency:
    id: int
    code: str
    name: str
    line: str
    people: tuple[EventActor, ...]


class World:
    """Everything a case may name, read once. Draws depend on the seed alone."""

    def __init__(self, seed: int, now: datetime, cases: int) -> None:
        self.seed = seed
        self.made: list[str] = []  # all ids so far
        self.rng = random.Random(seed)  # noqa: S311 - the same cases each time are the point
        self.now = int(now.timestamp())
        self.agencies = self._agencies()
        self.by_code = {agency.code: agency for agency in self.agencies}
        self.leads = [o for o in self.agencies if o.line in ("customs", "commerce")]
        self._weights = list(accumulate(WEIGHTS.get(o.code, 0.6) for o in self.leads))
        self._materials = list(accumulate(row[4] for row in MATERIALS))
        self.rules = {rule.code: (rule.pk, str(rule.kind)) for rule in PeriodRule.objects.order_by("version")}
        self.types = list(ViolationType.objects.order_by("code").values_list("pk", flat=True))
        self.techniques = list(Technique.objects.order_by("code").values_list("pk", flat=True))
        self.districts = list(District.objects.order_by("code").values_list("pk", "name_zh", "name_en"))
        self.offence = Offence.objects.get(code="SMUG_PROHIBITED").pk
        self.countries = {country.alpha3: country.pk for country in Country.objects.all()}
        self.codes = {pk: code for code, pk in self.countries.items()}
        self.firms = max(20, cases // 4)
        self.accounts = {str(user.pk): user for user in User.objects.all()}
        self._days: dict[int, str] = {}

    def _agencies(self) -> list[SeededAgency]:
        signs_in: dict[int, list[EventActor]] = {}
        for user in User.objects.filter(is_active=True, offices=None).order_by("username"):
            signs_in.setdefault(user.agency_id, []).append(
                EventActor(str(user.pk), user.name_zh, user.agency_id, "")
            )  # fmt: skip
        agencies = []
        for agency in Agency.objects.agencies().order_by("pk"):
            known = signs_in.get(agency.pk) or [
                EventActor(self.account(), self.person(), agency.pk, "") for _ in range(3)
            ]  # fmt: skip
            people = tuple(EventActor(one.id, one.name, agency.pk, agency.name_zh) for one in known)
            agencies.append(SeededAgency(agency.pk, agency.code, agency.name_zh, agency.line, people))
        return agencies

    def account(self) -> str:
        """A random UUIDv4 as text; the standard library takes five times as long."""
        raw = f"{self.rng.getrandbits(128):032x}"
        return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-a{raw[17:20]}-{raw[20:]}"

    def uuid(self) -> str:
        """The id of a row, which every copy of the case ends otherwise."""
        self.made.append(self.account()[:-12] + TAIL)
        return self.made[-1]

    def salt(self) -> str:
        return f"{self.rng.getrandbits(128):032x}"

    def person(self) -> str:
        rng = self.rng
        return rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN)

    def lead(self) -> SeededAgency:
        return self.leads[bisect(self._weights, self.rng.random() * self._weights[-1])]

    def risk_engine(self, agency: SeededAgency) -> EventActor:
        """The system that reports to an agency. All seeded events are by accounts, so it has one."""
        return EventActor(f"{agency.id:08d}-0000-4000-a000-000000000000", "RISK", agency.id, agency.name)

    def material(self) -> tuple[str, str, str, str, int]:
        return MATERIALS[bisect(self._materials, self.rng.random() * self._materials[-1])]

    def firm(self) -> tuple[str, str]:
        """Name and credit code. A few firms recur in many cases, most in one: the draw is squared towards the first."""
        number = int(self.firms * self.rng.random() ** 2)
        place, core = PLACES[number % len(PLACES)], CORES[number // 7 % len(CORES)]
        name = f"{place}{core}{number}{COPY}{TRADES[number % len(TRADES)]}有限公司"
        return name, f"91{number:011d}{COPY}"

    def opened(self) -> int:
        """Seconds since the epoch, in the last three years, more of late."""
        age = self.rng.random() ** 1.3 * YEARS * 365
        return self.now - int(age * ONE_DAY) - 3600

    def stamp(self, moment: int) -> str:
        """ISO text in UTC, for both hashed text and column."""
        day, second = divmod(moment, ONE_DAY)
        text = self._days.get(day)
        if text is None:
            text = self._days[day] = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).strftime("%Y-%m-%dT")
        return text + SECONDS[second]
