"""Invented goods in custody: what becomes of a lot, one script for all its ends."""

from .script import (
    COMMERCE,
    CUSTOMS,
    CUSTOMS_LEAD,
    Script,
    company,
    goods,
    invented_uscc,
    promote,
    report,
    shipment,
    step,
)

TUNGSTEN, BARS = "钨铁", "钼条"

EVERY_END = Script(
    report(
        "SYN-LOT-01",
        "钨铁、钼条未申报出口许可",
        "查验发现集装箱内实为钨铁和钼条，企业无法说明来源，已全部卸入监管仓库清点。",
        severity="high",
        parties=[company("某戊辰合金公司", number=invented_uscc(901))],
        items=[goods(TUNGSTEN, kg=12_000, cny=1_560_000, hs_code="7202801000"), goods(BARS, kg=900, cny=310_000)],
        shipments=[shipment("5300", "深圳盐田", "CHN", "MYS", serial=901)],
    ),
    "GACC",
    48,
    (
        promote(47, CUSTOMS, "某戊辰公司钨铁、钼条案", "unlicensed_export"),
        step(46, CUSTOMS, "case.share", organ="MOFCOM_SCB", profile="full", reason="核查许可情况。"),
        step(45, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(44, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1190号"),
        step(44, CUSTOMS, "offence.investigate"),
        step(43, CUSTOMS, "case.take_goods", item=TUNGSTEN, description=TUNGSTEN, quantity=12_000, unit="kg",
             location="盐田监管仓库3号库", storage="盐田某仓储公司", seal="GACC-530026", paper="涉案物品清单〔2026〕901号"),
        step(43, CUSTOMS, "case.take_goods", item=BARS, description=BARS, quantity=36, unit="box", net_weight_kg=900,
             location="盐田监管仓库1号库", seal="GACC-530027", paper="涉案物品清单〔2026〕902号"),
        step(43, CUSTOMS, "case.take_goods", description="包装桶（内有残液）", quantity=8, unit="drum",
             location="盐田监管仓库危险品区", paper="涉案物品清单〔2026〕903号"),
        step(43, CUSTOMS, "case.take_goods", description="账簿、单证原件", quantity=14, unit="volume",
             location="办案区证物室", paper="涉案物品清单〔2026〕904号"),
        step(41, CUSTOMS, "lot:1.sample", amount=2, storage="署化验中心", paper="取样记录〔2026〕77号"),
        step(40, CUSTOMS, "lot:1.reseal", seal="GACC-530041", reason="取样后重新施封。"),
        step(33, CUSTOMS, "lot:1-1.lose", amount=1, reason="化验消耗。"),
        step(30, CUSTOMS, "lot:1.split", portions="7000 4990", loss_reason="复磅短少8千克，系水分蒸发，见过磅单。"),
        step(24, CUSTOMS, "lot:1-2.move", location="盐田监管仓库5号库", storage="盐田某仓储公司"),
        step(22, CUSTOMS_LEAD, "lot:3.dispose", disposal="委托有资质单位无害化处置", paper="处置协议〔2026〕3号"),
        step(18, CUSTOMS_LEAD, "lot:2.release", returned_to="某戊辰合金公司", paper="发还清单〔2026〕12号", reason="经鉴别不属管制物项。"),
        step(12, CUSTOMS_LEAD, "lot:1-3.write_off", reason="仓库失火，全部灭失。", paper="事故报告〔2026〕1号"),
        step(4, CUSTOMS, "lot:4.hand_over", receiver="MOFCOM_SCB", paper="交接清单〔2026〕15号", reason="供比对许可证申请材料。"),
        step(3, COMMERCE, "case.take_goods", description="许可证申请材料原件", quantity=2, unit="volume",
             location="商务部档案室", paper="调取证据清单〔2026〕8号"),
    ),
    occurred=49,
)  # fmt: skip

SCRIPTS = (EVERY_END,)
