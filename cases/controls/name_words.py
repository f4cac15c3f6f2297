"""Words that the comparison of names knows: legal forms, spellings, transliterations, places.

All are in the folded form of `names.fold`: small letters, simplified Chinese, no accents or punctuation.
"""

from collections.abc import Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _table(text: str) -> dict[str, str]:
    """Each line: the usual form, then what is written for it."""
    rows = (line.split() for line in text.strip().splitlines())
    return {written: usual for usual, *others in rows for written in others}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    words = iter(text.split())
    return zip(words, words, strict=True)


FORMS = _words(
    """
    co company companies corp corporation inc incorporated llc llp lp lc ltd limited plc the and group holding holdings
    pte pty pvt private public bhd sdn berhad fze fzco fzc fzllc dmcc
    gmbh mbh aktiengesellschaft ag kg kgaa ohg ug ev eg se
    sa sas sarl sarlu sasu snc eurl gie spa srl snc sapa scarl scrl sl slu sau sadecv cv rl
    bv nv vof cvba bvba oy oyj ab aktiebolag as asa aps ba hb kb ehf hf
    spol sro zrt kft nyrt bt doo dd ad eood ood ead sp zoo sia uab oü ou tov
    ooo oao zao pao ao fgup gup nao mup fgbu fgaou fgbou jsc pjsc ojsc cjsc fsue fsbi too tdo chp
    kk yk gk kabushiki kaisha yugen godo
    ltda eirl sac saa cia
    tic san sti ve
    pt tbk cong ty tnhh cp
    gongsi youxian gufen zeren youxianzeren jituan
    """
)
"""Legal forms, and the words around them; removed at both ends of a name."""

FORMS_IN_WORDS = (
    "federalnoe gosudarstvennoe unitarnoe predpriyatie",
    "federal state unitary enterprise",
    "publichnoe aktsionernoe obshchestvo",
    "otkrytoe aktsionernoe obshchestvo",
    "zakrytoe aktsionernoe obshchestvo",
    "aktsionernoe obshchestvo",
    "obshchestvo s ogranichennoy otvetstvennostyu",
    "public joint stock company",
    "open joint stock company",
    "closed joint stock company",
    "joint stock company",
    "limited liability company",
    "limited liability partnership",
    "gesellschaft mit beschrankter haftung",
    "societe anonyme",
    "sociedad anonima",
    "societa per azioni",
    "anonim sirketi",
)

TITLES_OF_SHIPS = _words("mv mt ms ss mtv fv lng tb motorship vessel")

FORMS_AROUND_HAN = (
    *("集团股份有限公司", "集团有限责任公司", "集团有限公司", "股份有限公司", "有限责任公司", "集团公司", "总公司"),
    *("有限公司", "股份公司", "株式会社", "有限会社", "合同会社", "一般社团法人", "一般财团法人", "国立大学法人"),
    *("国立研究开发法人", "独立行政法人", "集团", "公司"),
)

LINKS = _words("of the and for de la le les des du der die das und et y e i a del dei na po im")

SPELLINGS = _table(
    """
    defense defence
    center centre ctr
    organization organisation org
    labor labour
    aluminum aluminium
    program programme
    university univ
    institute inst institut
    technology tech technol technological
    science sci scientific
    research res
    international intl internat
    national natl nat
    academy acad
    laboratory lab
    department dept
    ministry min
    engineering eng engg engr
    electronic electronics elec elect elektronik
    electrical electr
    manufacturing mfg
    industry ind indus
    industrial indl
    development dev devel
    aviation avia aviat
    aerospace aero
    machinery mach
    equipment equip eqpt
    communication comm comms telecom
    information info
    instrument instr
    system sys
    company co
    corporation corp
    limited ltd
    shipping shpg
    logistic logistics
    trading trdg
    import imp
    export exp
    republic rep
    federation fed
    bureau bur
    division div
    factory fac
    general gen
    design des
    physics phys
    chemistry chem
    mechanical mech
    metallurgy metall
    russia russian
    china chinese
    iran iranian
    korea korean
    japan japanese
    """
)

ORDINALS = _table(
    """
    1 first
    2 second
    3 third
    4 fourth
    5 fifth
    6 sixth
    7 seventh
    8 eighth
    9 ninth
    10 tenth
    """
)

COMMON = _words(
    """
    global united universal special advanced general national central pacific atlantic ocean asian europe european
    american america africa arab gulf golden royal imperial modern digital smart green blue black white star heavy light
    precision power energy data cloud space state people peoples great grand first super dragon eagle phoenix future
    """
)
"""Words with which many names begin, so that one of them alone is no name."""

CYRILLIC = {
    written: latin
    for latin, written in _pairs(
        """
        a а b б v в g г d д e е e ё zh ж z з i и y й k к l л m м n н o о p п r р s с t т u у f ф kh х ts ц ch ч sh ш
        shch щ y ы e э yu ю ya я i і yi ї ye є g ґ u ў
        """
    )
} | {"ъ": "", "ь": ""}
"""Cyrillic letters by their usual transliteration."""

SOUNDS = (
    *(("shch", "sch"), ("zh", "j"), ("kh", "h"), ("ts", "c"), ("tz", "c"), ("ks", "x"), ("ph", "f"), ("ck", "k")),
    *(("iya", "ia"), ("iia", "ia"), ("yu", "u"), ("iu", "u"), ("ju", "u"), ("ya", "a"), ("ja", "a")),
    *(("ye", "e"), ("je", "e"), ("yo", "e"), ("iy", "i"), ("yy", "i"), ("ij", "i"), ("yi", "i"), ("ii", "i")),
    *(("y", "i"), ("w", "v"), ("q", "k")),
)
"""What transliterations write differently → one letter for it, in the order in which they are replaced."""

PLACES_HAN = _table(
    """
    beijing 北京
    shanghai 上海
    tianjin 天津
    chongqing 重庆
    guangdong 广东
    guangzhou 广州
    shenzhen 深圳
    dongguan 东莞
    zhuhai 珠海
    foshan 佛山
    jiangsu 江苏
    nanjing 南京
    suzhou 苏州
    wuxi 无锡
    changzhou 常州
    zhejiang 浙江
    hangzhou 杭州
    ningbo 宁波
    wenzhou 温州
    shandong 山东
    jinan 济南
    qingdao 青岛
    yantai 烟台
    hebei 河北
    shijiazhuang 石家庄
    henan 河南
    zhengzhou 郑州
    luoyang 洛阳
    hubei 湖北
    wuhan 武汉
    hunan 湖南
    changsha 长沙
    zhuzhou 株洲
    jiangxi 江西
    nanchang 南昌
    ganzhou 赣州
    fujian 福建
    fuzhou 福州
    xiamen 厦门
    anhui 安徽
    hefei 合肥
    sichuan 四川
    chengdu 成都
    mianyang 绵阳
    guizhou 贵州
    guiyang 贵阳
    yunnan 云南
    kunming 昆明
    shaanxi 陕西
    xian 西安
    shanxi 山西
    taiyuan 太原
    gansu 甘肃
    lanzhou 兰州
    qinghai 青海
    ningxia 宁夏
    xinjiang 新疆
    guangxi 广西
    nanning 南宁
    hainan 海南
    haikou 海口
    liaoning 辽宁
    shenyang 沈阳
    dalian 大连
    jilin 吉林
    changchun 长春
    heilongjiang 黑龙江
    harbin 哈尔滨
    hongkong 香港
    macau 澳门
    taiwan 台湾
    taipei 台北
    neimenggu 内蒙古
    baotou 包头
    northwest 西北
    northeast 东北
    southwest 西南
    southeast 东南
    tokyo 东京
    osaka 大阪
    kyoto 京都
    nagoya 名古屋
    kyushu 九州
    tohoku 仙台
    """
)
"""Places in Chinese names of bodies → the place. Two bodies of different places are not the same."""

PLACES = {place: place for place in PLACES_HAN.values()} | _table(
    """
    beijing peking
    hongkong hk
    macau macao
    guangdong canton
    neimenggu innermongolia
    northwest northwestern
    northeast northeastern
    southwest southwestern
    southeast southeastern
    north northern
    south southern
    east eastern
    west western
    moscow moskva moskovskiy moskovskii moskovsky
    petersburg peterburg
    novosibirsk novosibirskiy
    """
)
PLACES |= {
    place: place
    for place in (
        *("north", "south", "east", "west", "moscow", "petersburg", "novosibirsk", "tomsk", "omsk", "perm", "samara"),
        *("kazan", "tula", "rostov", "minsk", "kiev", "kharkov", "tehran", "isfahan", "shiraz", "tabriz", "mashhad"),
        *("dubai", "sharjah", "istanbul", "ankara", "izmir", "singapore", "seoul", "busan", "london", "berlin"),
        *("munich", "paris", "lyon", "milan", "rome", "madrid", "delhi", "mumbai", "bangalore", "chennai"),
        *("karachi", "lahore", "islamabad", "hanoi", "bangkok", "jakarta", "manila", "dhaka", "malaysia", "vietnam"),
        *("india", "pakistan", "thailand", "turkey", "germany", "france", "italy", "spain", "poland", "texas"),
    )
}

READINGS = {
    "harbin": "haerbin",
    "urumqi": "wulumuqi",
    "hohhot": "huhehaote",
    "lhasa": "lasa",
    "tibet": "xizang",
    "hongkong": "xianggang",
    "macau": "aomen",
    "macao": "aomen",
    "innermongolia": "neimenggu",
}
"""Places whose Latin name is not their pinyin → the pinyin."""
