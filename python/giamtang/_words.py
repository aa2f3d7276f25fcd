"""What is said on the card, in English and in Vietnamese, as the binary says it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Literal

#: The languages of words.
Lang = Literal["en", "vi"]

Json = Mapping[str, Any]

_SAID: dict[str, tuple[str, str]] = {
    "was": ("was", "trước"),
    "is": ("is", "sau"),
    "change": ("change", "thay đổi"),
    "verdict": ("verdict", "kết luận"),
    "kpi": ("KPI", "chỉ tiêu"),
    "axis": ("axis", "trục"),
    "why": ("why", "lý do"),
    "unit": ("unit", "đơn vị tính"),
    "points": ("points", "điểm %"),
    "fixed": ("fixed mix", "giữ cơ cấu"),
    "mix": (
        "at a fixed mix of {}: verdicts are of this change, where it is known",
        "giữ nguyên cơ cấu theo {}: kết luận dựa trên thay đổi này, nếu tính được",
    ),
    "own": ("Of the study's own", "Chỉ tiêu riêng của nghiên cứu"),
    "information": ("information only", "chỉ để tham khảo"),
    "flattering": ("flattering", "dễ tô hồng"),
    "independent": ("independent rows", "các dòng độc lập"),
    "no_interval": ("no interval", "không có khoảng tin cậy"),
    "no_test": ("no test", "không kiểm định"),
    "no_change": ("change unknown", "không tính được thay đổi"),
    "both": ("both windows", "cả hai kỳ"),
    "no_value": ("no value", "không có giá trị"),
    "smallest": ("this log could have shown", "dữ liệu này có thể phát hiện thay đổi từ"),
    "intervals": ("{} intervals", "khoảng tin cậy {}"),
    "by": ("by", "theo"),
    "counting": ("counting", "cách tính"),
    "read": ("read", "đọc"),
    "accepted": ("accepted", "nhận"),
    "quarantined": ("quarantined", "cách ly"),
    "cases": ("cases", "hồ sơ"),
    "events": ("events", "bước xử lý"),
    "procedures": ("procedures", "danh mục thủ tục"),
    "roster": ("roster", "lịch trực"),
    "surveys": ("surveys", "khảo sát"),
    "petitions": ("petitions", "phản ánh, kiến nghị"),
    "units": ("units", "đơn vị"),
    "ledger": ("ledger", "sổ chi phí"),
    "tasks": ("tasks", "nhiệm vụ"),
    "rows": ("rows", "dòng"),
    "rule": ("rule", "quy tắc"),
    "column": ("column", "cột"),
    "file": ("file", "tệp"),
    "row": ("row", "dòng"),
    "value": ("value", "giá trị"),
    "settings": ("settings", "thiết lập"),
    "defaults": ("defaults", "mặc định"),
    "inputs": ("inputs", "dữ liệu vào"),
    "months": ("Month by month", "Theo từng tháng"),
    "reform": ("reform", "cải cách"),
    "limits": ("limits of the months before the reform", "giới hạn tính từ các tháng trước cải cách"),
    "trial": ("for trial: of fewer than twelve months", "tạm tính: dựa trên chưa đủ mười hai tháng"),
    "young": ("too young to be compared", "chưa đủ thời gian để so sánh"),
    "forecast": ("if nothing changes", "nếu không có gì thay đổi"),
    "trend": ("trend", "xu hướng"),
    "counterfactual": ("as it would have gone on", "nếu không có cải cách"),
    "no_limits": ("no limits", "không có giới hạn"),
    "signal": ("signal", "tín hiệu"),
    "left_out": ("left out", "không tính"),
    "no_series": ("no month of it is known", "không có số liệu theo tháng"),
    "stand": ("Whether verdicts stand", "Kết luận có đứng vững không"),
    "otherwise": ("decided otherwise", "nếu quyết định khác"),
    "stands": ("stand", "đứng vững"),
    "closed_only": ("closed dossiers only", "chỉ hồ sơ đã đóng"),
    "unadjusted": ("no mix held fixed", "không giữ nguyên cơ cấu"),
    "longer": ("followed {} days longer", "theo dõi lâu hơn {} ngày"),
    "without": ("without one of the three largest clusters", "bỏ một trong ba cụm lớn nhất"),
    "counted": ("counting: {}", "cách tính: {}"),
    "compared": ("Units that reformed beside those that did not", "Đơn vị đã cải cách so với đơn vị chưa cải cách"),
    "reformed": ("reformed", "đã cải cách"),
    "others": ("others", "chưa cải cách"),
    "effect": ("effect", "tác động"),
    "groups": ("Drill-down", "Phần chi tiết"),
    "more": ("{} more: card.groups, card.to_polars()", "còn {} nhóm: card.groups, card.to_polars()"),
    "no_name": ("(no value)", "(trống)"),
    "worst": ("Worst columns", "Các cột nhiều lỗi nhất"),
    "first": ("First rows set aside", "Các dòng cách ly đầu tiên"),
    "warnings": ("Warnings: accepted, but suspicious", "Cảnh báo: đã nhận nhưng đáng ngờ"),
    "lasts": ("other KPIs by month: card.plot(kpi)", "chỉ tiêu khác theo tháng: card.plot(kpi)"),
}

_VERDICTS: dict[str, tuple[str, str, str]] = {
    "improved": ("▲", "improved", "cải thiện"),
    "worsened": ("▼", "worsened", "xấu đi"),
    "no_clear_change": ("○", "no clear change", "chưa rõ thay đổi"),
    "not_comparable": ("–", "not comparable", "không so sánh được"),
    "shown": ("▲", "shown", "có bằng chứng"),
    "not_shown": ("○", "not shown", "chưa có bằng chứng"),
    "not_measured": ("–", "not measured", "chưa đo"),
}

_UNITS: dict[str, tuple[str, str]] = {
    "days": ("days", "ngày"),
    "share": ("%", "%"),
    "working_hours": ("working hours", "giờ làm việc"),
    "contacts": ("contacts", "lần liên hệ"),
    "steps": ("steps", "bước"),
    "handovers": ("handovers", "lần chuyển"),
    "officers": ("officers", "cán bộ"),
    "hours": ("hours", "giờ"),
    "dong": ("đồng", "đồng"),
    "dong_per_year": ("million đồng a year", "triệu đồng/năm"),
    "fte": ("FTE", "người quy đổi"),
    "procedures": ("procedures", "thủ tục"),
    "documents": ("documents", "thành phần hồ sơ"),
}

#: KPIs whose very values are differences of shares.
_GAPS = ("satisfaction/gap", "satisfaction/gap_lateness")

#: Why a figure does not exist; in English the card says it itself.
_REASONS_VI: dict[str, str] = {
    "no_calendar": "nghiên cứu không có lịch làm việc",
    "no_tariff": "nghiên cứu không có bảng định mức chi phí",
    "no_threshold": "nghiên cứu không khai ngưỡng hài lòng của thang điểm (`surveys.threshold`)",
    "short_log": "dữ liệu không đủ mười hai tháng trước đó",
    "ledger_gap": "sổ chi phí không bao trùm mọi ngày của kỳ",
    "no_rows": "không có dòng nào trong mẫu số",
    "not_reached": "chưa đủ số hồ sơ có kết quả tính đến thời điểm chốt",
    "one_cluster": "chỉ có một cụm",
    "no_variation": "các cụm hoàn toàn như nhau",
    "open_interval": "khoảng tin cậy để ngỏ một phía",
    "no_base": "giá trị gốc để so sánh không lớn hơn 0",
    "census": "số đếm toàn bộ, không có sai số chọn mẫu",
    "few_events": "quá ít sự kiện để tính tỷ suất",
    "no_figure": "một trong hai kỳ không có số liệu",
    "one_window": "nghiên cứu chỉ có một kỳ",
    "few_months": "quá ít tháng có số liệu",
    "no_reform": "không có đơn vị nào cải cách mà có tháng trước và sau đó",
    "no_comparison": "mọi đơn vị đều cải cách, không còn đơn vị nào để so sánh",
    "few_units": "quá ít đơn vị để so sánh",
    "no_mix": "không có cơ cấu để giữ nguyên",
    "no_room": "theo dõi lâu hơn sẽ lấn sang thời gian cải cách, vượt quá lịch, hoặc sang phần chưa biết",
    "log_ends": "dữ liệu kết thúc trước thời điểm chốt",
    "not_asked": "nghiên cứu không yêu cầu",
    "suppressed": "che để bảo vệ cá nhân",
    "not_given": "không có trong nhật ký, nghiên cứu cũng không khai",
}

#: The same reasons as a card's English has them, for where only their words are on it.
_DETAILS: dict[str, str] = {
    "no_calendar": "the study has no calendar",
    "no_tariff": "the study has no tariff",
    "no_threshold": "the study gives the scale of its scores no threshold (`surveys.threshold`)",
    "short_log": "the log does not reach back twelve months",
    "ledger_gap": "the ledger does not reach every day of the window",
    "no_rows": "no row enters the denominator",
    "not_reached": "too few have a result by the cut-off",
    "one_cluster": "one cluster only",
    "no_variation": "every cluster agrees exactly",
    "open_interval": "the interval is open on one side",
    "no_base": "the value to compare with is not above zero",
    "census": "a complete count has no sampling error",
    "few_events": "too few events for a rate",
    "no_figure": "one of the two windows has no figure",
    "no_mix": "there is no mix to hold fixed",
    "log_ends": "the log ends before the cut-off",
}

#: How an axis's reasons end, after the KPI's id, and what is said of all KPIs of which the same is to be said.
_FINDINGS: dict[str, tuple[str, str]] = {
    "is not measured by this version": ("not measured by this version", "phiên bản này chưa đo"),
    "improved": ("improved", "cải thiện"),
    "worsened": ("worsened", "xấu đi"),
    "shows no clear change": ("no clear change", "chưa rõ thay đổi"),
    "is not comparable": ("not comparable", "không so sánh được"),
    "is left out by the study": ("left out by the study", "nghiên cứu không xét"),
    "holds": ("guard holds", "giữ được ràng buộc"),
    "got worse beyond its margin": ("worse beyond its margin", "xấu đi quá mức cho phép"),
    "may have got worse beyond its margin": ("perhaps worse beyond its margin", "có thể xấu đi quá mức cho phép"),
    "has no interval": ("no interval", "không có khoảng tin cậy"),
}

#: Reasons that are of no KPI; a share may stand before them.
_GENERAL_VI: dict[str, str] = {
    "the windows are of different seasons": "hai kỳ khác mùa",
    "of the dossiers have no due date": "số hồ sơ không có ngày hẹn trả",
    "of the dossiers were closed within minutes of their reception": "số hồ sơ được đóng chỉ vài phút sau khi tiếp nhận",
    "of the rows are quarantined": "số dòng bị cách ly",
}

_FLAGS: dict[str, tuple[str, str]] = {
    "season": (
        "The windows are of different months, or differ in Tết: the season may explain the change.",
        "Hai kỳ khác tháng, hoặc khác nhau về dịp Tết: thay đổi có thể do yếu tố mùa vụ.",
    ),
    "independent": (
        "The study declares its rows independent: where offices differ, verdicts are surer than they should be.",
        "Nghiên cứu khai các dòng là độc lập: nếu các đơn vị khác nhau thì kết luận tỏ ra chắc chắn quá mức.",
    ),
    "few_degrees_of_freedom": (
        "Fewer than four degrees of freedom: too few clusters for a verdict.",
        "Dưới bốn bậc tự do: quá ít cụm để kết luận.",
    ),
    "dominant_cluster": (
        "One cluster has more than half of the weight: what is said of all is mostly said of it.",
        "Một cụm chiếm hơn nửa trọng số: kết luận chung chủ yếu là về cụm đó.",
    ),
    "disjoint_clusters": (
        "No cluster is in both windows: the two are compared as strangers.",
        "Không cụm nào có mặt ở cả hai kỳ: hai kỳ được so sánh như hai mẫu rời.",
    ),
    "unadjusted": (
        "The mix could not be held fixed here: the verdict is of the crude change.",
        "Không thể giữ nguyên cơ cấu hồ sơ ở chỉ tiêu này: kết luận dựa trên thay đổi thô.",
    ),
    "null_cluster": (
        "Some rows name no cluster; they are taken as one.",
        "Một số dòng không ghi cụm; chúng được coi là một cụm.",
    ),
    "no_outcome": (
        "The log has no outcomes: every finished dossier counts as a result.",
        "Dữ liệu không có cột kết quả: mọi hồ sơ đã xong đều được tính là có kết quả.",
    ),
    "no_pauses": (
        "The log has no pauses: nothing is taken out for waiting on the applicant.",
        "Dữ liệu không ghi thời gian chờ người nộp hồ sơ: không trừ khoảng nào.",
    ),
    "no_catalogue": (
        "No catalogue says of which procedures it is asked: every dossier counts.",
        "Không có danh mục cho biết thủ tục nào phải xét: mọi hồ sơ đều được tính.",
    ),
    "no_surveys": (
        "The study has no answers with scores: who only answered a survey badly does not count as dissatisfied.",
        "Nghiên cứu không có bảng khảo sát: người chỉ cho điểm thấp không được tính là không hài lòng.",
    ),
    "atom": (
        "Many rows share one time: the change is tested through the curve.",
        "Nhiều dòng có cùng thời gian: thay đổi được kiểm định qua đường cong.",
    ),
    "one_sided": (
        "One limit is open; the change rests on the other.",
        "Một giới hạn để ngỏ; thay đổi dựa vào giới hạn kia.",
    ),
    "folded": (
        "Times are in buckets at most 1/512 of their value wide, net times 1/256.",
        "Thời gian được gộp thành khoảng rộng không quá 1/512 giá trị, thời gian ròng 1/256.",
    ),
    "flattering": (
        "Flattering: it measures which old dossiers were cleared, not how new ones fare.",
        "Dễ tô hồng: số này cho biết hồ sơ cũ nào đã được giải quyết, không cho biết hồ sơ mới ra sao.",
    ),
    "provisional_calendar": (
        "It rests on days beyond the built-in calendar.",
        "Dựa trên những ngày nằm ngoài lịch có sẵn.",
    ),
}

_RULES: dict[str, tuple[str, str]] = {
    "outside": ("outside", "ngoài giới hạn"),
    "trend": ("seven in a row one way", "bảy tháng liền một chiều"),
    "two_of_three": ("two of three near a limit", "hai trong ba tháng sát giới hạn"),
    "shift": ("seven on one side", "bảy tháng liền một phía"),
}

_MEANINGS: dict[str, tuple[str, str]] = {
    "improvement": ("improvement", "cải thiện"),
    "concern": ("concern", "đáng lo ngại"),
    "up": ("up", "tăng"),
    "down": ("down", "giảm"),
}


def _of(both: tuple[str, str], lang: Lang) -> str:
    return both[lang == "vi"]


def say(words: str, lang: Lang) -> str:
    """The words of a name in this module's table."""
    return _of(_SAID[words], lang)


def table(name: str, lang: Lang) -> str:
    """A table of a study; one that this version does not know keeps its name."""
    return say(name, lang) if name in _SAID else name


def verdict(verdict: str, lang: Lang) -> tuple[str, str]:
    """Symbol and words of a verdict, of a KPI or an axis."""
    symbol, *both = _VERDICTS.get(verdict, ("", verdict, verdict))
    return symbol, both[lang == "vi"]


def unit(row: Json, lang: Lang) -> str:
    """The unit of a KPI's values."""
    if row["id"] in _GAPS:
        return say("points", lang)
    return _of(_UNITS.get(row["unit"], ("", "")), lang)


def unit_of_change(row: Json, lang: Lang) -> str:
    """The unit of a KPI's differences."""
    return say("points", lang) if row["unit"] == "share" else unit(row, lang)


def why(absent: Json, lang: Lang) -> str:
    """Why a figure does not exist."""
    code, detail = absent["undefined"], absent["detail"]
    if code == "no_column":
        return f"không có cột `{detail}`" if lang == "vi" else f"no column `{detail}`"
    return str(_REASONS_VI.get(code, detail) if lang == "vi" else detail)


def flag(flag: str, lang: Lang) -> str:
    """A flag, explained."""
    return _of(_FLAGS.get(flag, (flag, flag)), lang)


def rule(signal: Json, lang: Lang) -> str:
    """Why a month is no chance, and what it means."""
    named = _RULES.get(signal["rule"], _RULES["shift"])
    means = _MEANINGS[signal.get("meaning", signal["direction"])]
    return f"{_of(named, lang)}, {_of(means, lang)}"


def sentence(because: Sequence[str], rows: Sequence[Json], lang: Lang) -> str:
    """An axis's reasons gathered by what they say, with KPIs under their names."""
    names: dict[str, str] = {row["id"]: row["name"][lang] for row in rows}
    said: dict[str, list[str]] = {}
    for reason in because:
        words, subject = _parted(reason, lang)
        subjects = said.setdefault(words, [])
        if subject is not None:
            subjects.append(names[subject] if subject in names else subject)
    parts = (f"{words}: {', '.join(subjects)}" if subjects else words for words, subjects in said.items())
    return "; ".join(parts) + "." if said else ""


def _parted(reason: str, lang: Lang) -> tuple[str, str | None]:
    """What a reason says, and the id of whom."""
    subject, _, rest = reason.partition(" ")
    if rest in _FINDINGS:
        return _of(_FINDINGS[rest], lang), subject
    if subject.endswith(":") and "/" in subject:
        return _detail(rest, lang), subject[:-1]
    return _general(reason, lang), None


def _detail(detail: str, lang: Lang) -> str:
    """A reason that stands on the card as words alone."""
    if lang == "en":
        return detail
    if detail.startswith("no column "):
        return "không có cột " + detail.removeprefix("no column ")
    code = next((code for code, known in _DETAILS.items() if known == detail), None)
    return _REASONS_VI[code] if code else detail


def _general(reason: str, lang: Lang) -> str:
    """A reason that is of no KPI."""
    if lang == "en":
        return reason
    for words, vi in _GENERAL_VI.items():
        if reason.endswith(words):
            share = reason.removesuffix(words).strip().replace(" %", "%").replace(".", ",")
            return f"{share} {vi}".strip()
    return reason


def shown(text: object) -> str:
    """A text of the log's as it can be shown: what moves the cursor, or turns the writing round, is spelt out."""
    return "".join(_spelt(sign) if _moves(sign) else sign for sign in str(text))


def _moves(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn") and sign not in "\u200c\u200d"


def _spelt(sign: str) -> str:
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(sign, f"\\u{{{ord(sign):x}}}")
