"""Invented notices, copies, leads to the economic-crime police and identity enquiries, in every state."""

from .script import (
    BUREAU,
    BUREAU_HEAD,
    COMMERCE,
    CUSTOMS,
    CUSTOMS_LEAD,
    POLICE,
    POLICE_HEAD,
    PROCURATOR,
    DueSoon,
    HoursAgo,
    Script,
    Step,
    When,
    company,
    goods,
    invented_uscc,
    person,
    promote,
    report,
    shipment,
    step,
)


def _noticed(
    when: When, name: str, title: str, text: str, receiver: str = "MOFCOM_SCB", *also: str
) -> tuple[Step, Step]:
    made = step(
        when, CUSTOMS, "case.give_notice", makes=name, receiver=receiver, title=title, report=text, also_to=list(also)
    )
    return made, step(when, CUSTOMS, f"{name}.send")


def _copied(when: When, name: str, title: str, text: str) -> tuple[Step, Step]:
    made = step(when, CUSTOMS, "case.send_copy", makes=name, receiver="SPP", title=title, report=text)
    return made, step(when, CUSTOMS, f"{name}.send")


def _handed(when: When, name: str, title: str, text: str) -> tuple[Step, Step]:
    made = step(when, CUSTOMS, "case.transfer_eco_lead", makes=name, receiver="MPS_ECID", title=title, report=text)
    return made, step(when, CUSTOMS, f"{name}.send")


def _enquired(when: When, name: str, title: str, text: str, receiver: str = "MPS_ECID") -> tuple[Step, Step]:
    made = step(
        when,
        BUREAU,
        "case.enquire_identity",
        makes=name,
        receiver=receiver,
        title=title,
        report=text,
        parties=["organiser"],
    )
    return made, step(when, BUREAU, f"{name}.send")


TOLD = Script(
    report(
        "SYN-BI-21",
        "铋锭夹藏于铅锭中出口",
        "机检图像异常，开箱发现铅锭内层夹有铋锭。",
        severity="high",
        parties=[company("某己有色金属公司", number=invented_uscc(221)), company("某庚货代公司", "freight_forwarder")],
        items=[goods("铋锭", kg=3_200, cny=410_000, declared_as="铅锭", hs_code="8106101091")],
        shipments=[shipment("4300", "青岛前湾", "CHN", "KOR", serial=221)],
        techniques=["CONCEAL"],
    ),
    "GACC",
    42,
    (
        promote(41, CUSTOMS, "某己公司夹藏铋锭出口案", "Company Ji: bismuth ingots concealed in exports", "false_declaration"),
        step(40, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        step(39, CUSTOMS_LEAD, "offence.file", external_number="署关缉违字〔2026〕1221号"),
        *_noticed(20, "method", "关于铅锭内层夹藏铋锭手法的通报", "近期发现以铅锭作外壳夹藏铋锭，提请关注同类申报。", "MOFCOM_SCB", "MPS_ECID", "GACC_ASB", "SPP"),
        step(18, COMMERCE, "method.acknowledge", reason="已转发各特派办。"),
        *_noticed(2, "prices", "关于铋锭价差扩大的通报", "境内外价差扩大至三倍，走私风险上升。"),
        *_noticed(12, "mistaken", "关于某己公司的通报", "（误发）"),
        step(11, CUSTOMS, "mistaken.withdraw", ending_reason="收文机关有误，另行发送。"),
        step(1, CUSTOMS, "case.give_notice", makes="draft", receiver="MPS_ECID", title="关于某庚货代公司的通报", report="该公司名下另有四票待核。"),
        *_copied(15, "known", "抄送：关于某己公司案的处理情况", "本案正在行政调查，尚未发现涉嫌犯罪，抄送备案。"),
        step(13, PROCURATOR, "known.acknowledge"),
        *_copied(1, "new", "抄送：关于补充调查的情况说明", "现货值经重新计核，抄送备案。"),
    ),
    occurred=44,
)  # fmt: skip

LED_TO_POLICE = Script(
    report(
        "SYN-IN-22",
        "买卖出口许可证信息",
        "查验中发现多份许可证复印件及收费记录，疑有人买卖许可证。",
        severity="high",
        parties=[company("某辛报关公司", "customs_broker", number=invented_uscc(222)), person("某辛公司业务经理", "organiser")],
        items=[goods("铟锭", kg=150, cny=330_000, declared_as="锡锭")],
        shipments=[shipment("5200", "广州黄埔", "CHN", "HKG", serial=222)],
        techniques=["LIC_ABUSE"],
    ),
    "GACC",
    60,
    (
        promote(59, CUSTOMS, "某辛公司买卖许可证线索案", "Company Xin: lead on the trade in licences", "licence_abuse"),
        step(58, CUSTOMS, "case.open_proceeding", makes="offence", kind="customs"),
        *_handed(50, "trade", "买卖许可证线索", "收费记录显示按票收取许可证使用费，合计47万元。"),
        step(49, POLICE, "trade.accept", reason="转侦查处审查。"),
        step(44, POLICE_HEAD, "trade.file", makes="crime", external_number="经侦立字〔2026〕122号", reason="符合立案条件。"),
        *_handed(35, "seals", "伪造印章线索", "发现印章图样三枚。"),
        step(34, POLICE, "seals.accept"),
        step(29, POLICE_HEAD, "seals.not_file", ending_reason="印章系真实备案印章，没有犯罪事实。"),
        *_handed(30, "tax", "虚开发票线索", "发票与货物流不符。"),
        step(29, POLICE, "tax.decline", ending_reason="属税务机关先行查处，建议移送税务机关。"),
        *_handed(16, "money", "资金回流线索", "三个账户资金当日回流。"),
        step(15, POLICE, "money.return", reason="请补充账户流水。"),
        *_handed(9, "twin", "冒用许可证线索", "同一许可证出现在两家公司。"),
        step(8, CUSTOMS, "twin.withdraw", ending_reason="系录入错误。"),
        *_handed(DueSoon("ECO_LEAD_REVIEW"), "ring", "许可证中介团伙线索", "聊天群组内有固定报价。"),
        step(DueSoon("ECO_LEAD_REVIEW"), POLICE, "ring.accept"),
        *_handed(HoursAgo(20), "fresh", "新发现的报价单", "报价单三份。"),
    ),
    occurred=61,
)  # fmt: skip

WHO_IS_HE = Script(
    report(
        "SYN-SB-23",
        "锑锭走私案中的身份不明人员",
        "聊天记录中的联系人使用化名，需要核查身份。",
        severity="high",
        handling_code="H2",
        parties=[company("某壬矿业公司", number=invented_uscc(223)), person("化名老周", "organiser")],
        items=[goods("锑锭", kg=26_000, cny=3_900_000, declared_as="铝锭")],
        shipments=[shipment("7200", "广西凭祥", "CHN", "VNM", serial=223)],
        techniques=["BYPASS"],
    ),
    "GACC_ASB",
    48,
    (
        promote(47, BUREAU, "某壬公司走私锑锭案", "Company Ren: smuggling of antimony ingots", "smuggling_act_unspecified", handling="H2"),
        step(46, BUREAU_HEAD, "case.file_criminal", makes="crime", offence="SMUG_PROHIBITED", external_number="缉立字〔2026〕123号", reason="本局侦查发现。"),
        *_enquired(40, "name", "核查“老周”身份", "请按手机号核查机主。"),
        step(39, POLICE, "name.accept"),
        step(36, POLICE, "name.answer", answer="机主为某县居民，身份信息另函寄送。"),
        *_enquired(30, "driver", "核查驾驶员身份", "请按车牌核查。"),
        step(29, POLICE, "driver.return", reason="车牌照片不清，请重新提供。"),
        *_enquired(20, "buyer", "核查收货人身份", "请核查收货人。"),
        step(19, BUREAU, "buyer.withdraw", ending_reason="已由本局查明。"),
        *_enquired(10, "cashier", "核查收款人身份", "请按账户名核查。", "PPSD_45"),
        *_enquired(DueSoon("CRM_ASSIST"), "wife", "核查账户持有人身份", "请核查持有人与嫌疑人关系。"),
        step(DueSoon("CRM_ASSIST"), POLICE, "wife.accept"),
        *_enquired(HoursAgo(8), "phone", "核查境内联络号码", "请核查三个号码。"),
    ),
    occurred=50,
)  # fmt: skip

SCRIPTS = [TOLD, LED_TO_POLICE, WHO_IS_HE]
