"""Texts shared by papers about cases: parties, goods and remedies in office style. Always in Chinese."""

from decimal import Decimal
from typing import Any

from agencies.organisations.beside import beside
from agencies.organisations.models import Agency
from cases.casefile.models import Case, Item, Party, Shipment
from cases.controls.models import Country
from cases.custody.models import GoodsLot
from cases.papers.wording import Fields, amount, numbered

GOODS_HEAD = ["序号", "品名", "申报品名", "商品编号", "管制编码", "净重（千克）", "价值", "保管地点"]


def case_fields(case: Case, parties: list[Party], items: list[Item]) -> Fields:
    shipments = list(case.shipments.select_related("district"))
    return {
        "案件名称": case.title,
        "案件编号": case.number,
        "当事人": "、".join(party.name for party in parties),
        "当事人信息": "；".join(party_text(party) for party in parties),
        "涉案物品": numbered(item_text(item) for item in items),
        "物品项数": str(len(items)) if items else "",
        "运输情况": numbered(filter(None, (shipment_text(one) for one in shipments))),
    }


def party_text(party: Party) -> str:
    facts = [f"{one.scheme_label}：{one.value}" for one in party.identifiers.all()]
    facts += [f"地址：{party.address}"] if party.address else []
    return f"{party.name}（{'，'.join(facts)}）" if facts else party.name


def item_text(item: Item) -> str:
    parts = [
        f"{item.description}（申报为{item.declared_as}）" if item.declared_as else item.description,
        f"商品编号{item.hs_code}" if item.hs_code else "",
        f"管制编码{item.control_code}" if item.control_code else "",
        f"净重{amount(item.net_weight_kg)}千克" if item.net_weight_kg is not None else "重量待核",
        f"价值{money(item)}" if item.value is not None else "价值待核",
    ]
    return "，".join(filter(None, parts))


def shipment_text(shipment: Shipment) -> str:
    names = dict(Country.objects.filter(alpha3__in=shipment.route).values_list("alpha3", "name_zh"))
    parts = [
        f"报关单号{shipment.declaration_no}" if shipment.declaration_no else "",
        f"许可证号{shipment.licence_no}" if shipment.licence_no else "",
        f"{shipment.district.name_zh}" if shipment.district else "",
        f"口岸{shipment.port}" if shipment.port else "",
        "运输路线" + "—".join(names.get(code, code) for code in shipment.route) if shipment.route else "",
    ]
    return "，".join(filter(None, parts))


def places_of(case: Case) -> dict[Any, str]:
    """Present place of each item, including portions."""
    held = GoodsLot.objects.filter(case=case, state__in=[GoodsLot.State.HELD, GoodsLot.State.OFFERED]).exclude(
        item=None
    )
    places: dict[Any, list[str]] = {}
    for item, place in held.order_by("number").values_list("item", "location"):
        places.setdefault(item, []).append(place)
    return {item: "；".join(dict.fromkeys(values)) for item, values in places.items()}


def goods_table(items: list[Item], places: dict[Any, str]) -> dict[str, Any]:
    rows = [
        [
            *(str(n), item.description, item.declared_as, item.hs_code, item.control_code),
            amount(item.net_weight_kg) if item.net_weight_kg is not None else "待核",
            money(item) if item.value is not None else "待核",
            places.get(item.pk, ""),
        ]
        for n, item in enumerate(items, 1)
    ]
    return {"title": "物品清单", "head": GOODS_HEAD, "rows": rows}


def money(item: Item) -> str:
    value = amount(item.value or Decimal(0))
    return f"人民币{value}元" if item.currency == "CNY" else f"{item.currency}{value}"


def remedies(agency: Agency) -> Fields:
    """The reconsideration agency and the court that a decision must name (APL art. 59(5), ACL art. 24)."""
    own = beside(agency)
    return {"复议机关": own.reconsideration, "起诉法院": own.court}
