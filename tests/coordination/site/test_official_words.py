"""The Chinese texts use the words of the law and of official papers."""

import re
from pathlib import Path

from django.conf import settings
from django.utils.translation.trans_real import translation

# What was once written, and the official word.
RETIRED = {
    "时限": "期限",
    "超期": "逾期",
    "督办函": "催办函: 督办 is from above only",
    "督办台": "催办",
    "移交案件": "移送案件: 移交 is for goods",
    "登记移交(?!涉案物品)": "登记移送",
    "已批准待移交": "已批准待移送",
    "应当移交": "应当移送",
    "已移交本机关的移送": "已送达本机关的移送",
    "密件": "限定知悉件: 密件 is a state secret",
    "接受不予立案": "不再提出异议",
    "不予立案已终结": "不予立案（异议程序终结）",
    "复议权已": "提请复议的期限已于…届满",
    "在算": "计算中的期限",
    "开启程序|程序已开启": "受理并立案",
    "扣押权属": "扣押措施",
    "封面信息": "移送基本信息",
    "提请移交本机关牵头": "拟由本机关牵头办理",
    "提出无管辖权": "认为不属于本机关管辖",
    "拟转换的程序": "拟行转刑（刑转行）的案件",
    "行政复议机关负责人": "行政复议机构负责人",
    "签署回执": "在回执上签字",
    "已督办升级": "已提请上级督办",
    "没有条件已具备的": "没有可以办理的",
    "管控关注名单": "管控名单、关注名单",
    "案件移送函（反向移送）": "案件移送函",
    "记录撤案": "登记撤销案件告知",
    "提请机制办公室研究": "提请国家出口管制工作协调机制办公室协调",
    "立案告知书": "立案通知书",
}
FILES = ("cases", "coordination", "agencies", "templates")


def texts() -> dict[str, str]:
    """Every Chinese text of the pages and of the data of papers and periods, by where it stands."""
    found = {str(key): str(value) for key, value in translation("zh-hans")._catalog.items()}
    for folder in FILES:
        for path in Path(settings.BASE_DIR, folder).rglob("data/**/*"):
            if path.suffix in (".csv", ".txt"):
                found[str(path)] = path.read_text(encoding="utf-8")
    return found


def test_no_text_uses_a_word_that_was_retired() -> None:
    wrong = [
        f"{place[:80]}: “{word}” → {official}"
        for place, text in texts().items()
        for word, official in RETIRED.items()
        if re.search(word, text)
    ]
    assert wrong == []
