"""The scorecard as rows: one per KPI, group and figure, in the columns that ``--format csv`` has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
Line = dict[str, Any]

#: The columns of every scorecard, with what is in them; those of the drill-down follow, as ``by:COLUMN``.
COLUMNS: dict[str, type] = {
    "kpi": str,
    "axis": str,
    "name_en": str,
    "name_vi": str,
    "unit": str,
    "better": str,
    "scope": str,
    "figure": str,
    "window": str,
    "value": float,
    "low": float,
    "high": float,
    "n": int,
    "events": int,
    "excluded": int,
    "immature": int,
    "undated": int,
    "clusters": int,
    "df": float,
    "p": float,
    "q": float,
    "p_holm": float,
    "verdict": str,
    "method": str,
    "flags": str,
    "why": str,
    "why_no_interval": str,
    "version": str,
    "plan": str,
    "audience": str,
}

#: Of a plan's digest: enough to tell plans apart.
_DIGEST = 16


def columns(card: Json) -> tuple[dict[str, type], dict[str, list[Any]]]:
    """The columns with their types, and the values of each."""
    own = card["provenance"]
    origin = {"version": own["version"], "plan": own["plan"][:_DIGEST], "audience": own["audience"]}
    rows = [{**line, **origin} for line in lines(card)]
    names = sorted({name for row in rows for name in row if name.startswith("by:")})
    types = {**COLUMNS, **{name: str for name in names}}
    return types, {name: [_typed(row.get(name), kind) for row in rows] for name, kind in types.items()}


def _typed(value: Any, kind: type) -> Any:
    return None if value is None else kind(value)


def lines(card: Json) -> Iterator[Line]:
    """Every row, in the order of the CSV."""
    rows = {row["id"]: row for row in card["kpis"]}
    for row in card["kpis"]:
        yield from _of_row(card, row, {"scope": "all"})
    for group in [*card.get("applicants", []), *card["groups"]]:
        for row in group["kpis"]:
            yield from _of_row(card, row, {"scope": "group", **_by(group)})
    for row in card["kpis"]:
        if "contrasts" in row:
            yield from _told(row, _contrasts(card, row["contrasts"]))
    for series in card.get("series", []):
        yield from _told(rows[series["id"]], _series(series))
    for compared in card.get("comparison", []):
        yield from _told(rows[compared["id"]], _compared(compared))
    for scenario in card.get("sensitivity", {}).get("scenarios", []):
        yield from _told(rows[scenario["id"]], [_scenario(scenario, card["study"]["cluster"])])
    for side in card.get("side_by_side", []):
        yield from _told(rows[side["id"]], _side(side))


def _by(group: Json) -> Line:
    return {f"by:{column}": name for column, name in group["by"].items()}


def _told(row: Json, own: Any) -> Iterator[Line]:
    """Lines with what is known of their KPI."""
    head = {
        "kpi": row["id"],
        "axis": row.get("axis"),
        "name_en": row["name"]["en"],
        "name_vi": row["name"]["vi"],
        "unit": row["unit"],
        "better": row["better"],
        "scope": "all",
    }
    for line in own:
        yield {**head, **line}


def _of_row(card: Json, row: Json, more: Line) -> Iterator[Line]:
    flags = " ".join(row["flags"]) or None
    return _told(row, ({**line, **more, "flags": flags} for line in _figures(card, row)))


def _figures(card: Json, row: Json) -> Iterator[Line]:
    was, is_ = card["study"].get("was"), card["study"]["is"]
    if "was" in row:
        yield from _window("was", was, row["was"])
    yield from _window("is", is_, row["is"])
    if "sensitivity" in row:
        yield from _range(was, is_, row["sensitivity"])
    for name, window in (("was", was), ("is", is_)):
        if name in row.get("response_rate", {}):
            yield {**_known("response_rate", row["response_rate"][name]), "window": window}
    if "was" not in row:
        return
    adjusted = row["adjusted"]
    judged = "undefined" not in adjusted
    yield from _change("change", "relative", row["change"], None if judged else row.get("verdict"))
    if adjusted.get("undefined") != "not_asked":
        yield from _change("adjusted", "adjusted_relative", adjusted, row.get("verdict") if judged else None)
    if judged:
        yield from _mix(adjusted, was, is_)
    if "smallest" in row:
        yield {"figure": "smallest", "value": row["smallest"]["absolute"]}
        if "relative" in row["smallest"]:
            yield {"figure": "smallest_relative", "value": row["smallest"]["relative"]}


def why(absent: Json) -> str:
    """A reason as one word, and the column behind it where there is one."""
    code = str(absent["undefined"])
    return f"{code}: {absent['detail']}" if code == "no_column" else code


def _limits(own: Json) -> Line:
    found: Line = {"value": own["value"], "low": own.get("low"), "high": own.get("high")}
    if "limits" in own:
        found["why_no_interval"] = why(own["limits"])
    return found


def _known(figure: str, own: Any) -> Line:
    """A number, or why there is none."""
    if isinstance(own, Mapping):
        return {"figure": figure, "why": why(own)}
    return {"figure": figure, "value": own}


_COUNTS = ("n", "events", "excluded", "immature", "undated", "clusters", "df", "method")


def _window(figure: str, window: str | None, own: Json) -> Iterator[Line]:
    if "undefined" in own:
        yield {"figure": figure, "window": window, "why": why(own)}
        return
    yield {"figure": figure, "window": window, **_limits(own), **{name: own.get(name) for name in _COUNTS}}
    if "largest_cluster" in own:
        yield {"figure": "largest_cluster", "window": window, "value": own["largest_cluster"]}


def _range(was: str | None, is_: str, own: Json) -> Iterator[Line]:
    for end in ("low", "high"):
        figure = f"sensitivity_{end}"
        windows = {"was": was, "is": is_, "change": None, "relative": None}
        for name, window in windows.items():
            if name in own[end]:
                suffix = "" if name in ("was", "is") else f"_{name}"
                yield {"figure": figure + suffix, "window": window, "value": own[end][name]}


def _probability(own: Any) -> float | None:
    return None if isinstance(own, Mapping) else own


def _change(absolute: str, relative: str, own: Json, verdict: str | None) -> Iterator[Line]:
    if "undefined" in own:
        yield {"figure": absolute, "why": why(own), "verdict": verdict}
        yield {"figure": relative, "why": why(own)}
        return
    tests = {"df": own.get("df"), "p": _probability(own["p"]), "q": own.get("q"), "p_holm": own.get("p_holm")}
    yield {"figure": absolute, **_limits(own["absolute"]), **tests, "verdict": verdict, "method": own["method"]}
    ratio = own["relative"]
    yield {"figure": relative, "why": why(ratio)} if "undefined" in ratio else {"figure": relative, **_limits(ratio)}


def _mix(own: Json, was: str | None, is_: str) -> Iterator[Line]:
    yield {"figure": "adjusted_was", "window": was, "value": own["was"]}
    yield {"figure": "adjusted_is", "window": is_, "value": own["is"]}
    for figure in ("rate_effect", "mix_effect", "unmatched", "strata_matched", "strata_unmatched"):
        yield {"figure": figure, "value": own[figure]}
    for window, rows in zip((was, is_), own["rows_unmatched"], strict=True):
        yield {"figure": "rows_unmatched", "window": window, "value": rows}


def _contrasts(card: Json, own: Json) -> Iterator[Line]:
    windows = (card["study"].get("was"), card["study"]["is"])
    for figure in own["figures"]:
        name = figure["id"]
        for window, value, n in zip(windows, (figure["was"], figure["is"]), figure["n"], strict=True):
            yield {"figure": name, "window": window, "value": value, "n": n}
        yield {"figure": f"{name}_change", "value": figure["absolute"]}
        if "relative" in figure:
            yield {"figure": f"{name}_relative", "value": figure["relative"]}
    yield from _restricted(own["restricted_mean"], windows)
    yield from _log_rank(own["log_rank"])
    for window, open_ in zip(windows, own["open"], strict=True):
        yield {"figure": "still_open", "window": window, "value": open_["open"], "n": open_["of"]}


def _restricted(own: Json, windows: tuple[str | None, str]) -> Iterator[Line]:
    if "undefined" in own:
        yield {"figure": "restricted_mean", "why": why(own)}
        return
    for window, name in zip(windows, ("was", "is"), strict=True):
        yield {"figure": "restricted_mean", "window": window, "value": own[name]}
    yield {"figure": "restricted_mean_horizon", "value": own["horizon"]}
    yield from _change("restricted_mean_change", "restricted_mean_relative", own["change"], None)


def _log_rank(own: Json) -> Iterator[Line]:
    if "undefined" in own:
        yield {"figure": "log_rank", "why": why(own)}
        return
    yield {"figure": "log_rank", "value": own["chi_square"], "p": own["p"], "method": own["method"]}
    if "stratified_p" in own:
        yield {"figure": "log_rank_stratified", "p": own["stratified_p"], "method": own["method"]}


def _effect(figure: str, own: Json) -> Line:
    return {"figure": figure, **_limits(own), "df": own.get("df"), "p": _probability(own["p"])}


def _series(series: Json) -> Iterator[Line]:
    chart = series["chart"]
    for month in series["months"]:
        yield from _month(month, chart)
    if "undefined" in chart:
        yield {"figure": "month_limits", "why": why(chart)}
    else:
        yield {"figure": "month_limits_baseline", "value": chart["baseline"]}
    yield from _trend(series["trend"])
    forecast = series["forecast"]
    if "undefined" in forecast:
        yield {"figure": "forecast", "why": why(forecast)}
        return
    for own in forecast["months"]:
        yield {"figure": "forecast", "window": own["month"], **_limits(own), "method": forecast["method"]}


def _month(own: Json, chart: Json) -> Iterator[Line]:
    at = {"window": own["month"]}
    yield {**_known("month_immature" if own.get("immature") else "month", _value(own)), "n": own["n"], **at}
    if "undefined" not in chart and ("low" in own or "high" in own):
        limits = {"value": chart["centre"], "low": own.get("low"), "high": own.get("high")}
        yield {"figure": "month_limits", **limits, "method": chart["method"], **at}
    if "signal" in own:
        meaning = own["signal"].get("meaning")
        verdict = meaning and ("improved" if meaning == "improvement" else "worsened")
        value = _probability(_value(own))
        yield {"figure": f"signal_{own['signal']['rule']}", "value": value, "verdict": verdict, **at}
    for name in ("fitted", "counterfactual"):
        if name in own:
            yield {"figure": f"month_{name}", "value": own[name], **at}


def _value(own: Json) -> Any:
    """A month's value, or the object that says why there is none."""
    return own.get("value", own)


def _trend(own: Json) -> Iterator[Line]:
    if "undefined" in own:
        yield {"figure": "trend_level_change", "why": why(own)}
        return
    for name in ("slope", "level_change", "slope_change", "latest_change"):
        yield {**_effect(f"trend_{name}", own[name]), "method": own["method"]}
    for name, months in zip(("before", "after"), own["months"], strict=True):
        yield {"figure": f"trend_months_{name}", "value": months, "method": own["method"]}


def _compared(compared: Json) -> Iterator[Line]:
    own = compared["found"]
    if "undefined" in own:
        yield {"figure": "compared", "why": why(own)}
        return
    yield {**_effect("compared", own["effect"]), "q": own.get("q"), "method": own["method"]}
    if "smallest_p" in own:
        yield {"figure": "compared_smallest_p", "value": own["smallest_p"]}
    yield {"figure": "compared_reformed_change", "value": own["treated_change"]}
    yield {"figure": "compared_others_change", "value": own["comparison_change"]}
    for figure, name in (("reformed", "treated"), ("others", "comparisons"), ("left_out", "left_out")):
        yield {"figure": f"compared_{figure}", "value": own[name]}
    yield from _before(own["pre_trend"])
    if "place" in own:
        place, of = own["place"]
        yield {"figure": "placebo_place", "value": place, "n": of}
    if "restricted_to" in compared:
        yield {"figure": "compared_within_days", "value": compared["restricted_to"]}
    for event in own["events"]:
        yield {**_effect("event", event), "window": f"reform{event['month']:+}"}
    for placebo in own["placebos"]:
        yield {**_effect("placebo", placebo), "window": f"reform{-placebo['earlier']:+}"}


def _before(own: Json) -> Iterator[Line]:
    if "undefined" in own:
        yield {"figure": "pre_trend", "why": why(own)}
        return
    joint = own["joint_p"]
    yield (
        {"figure": "pre_trend", "why": why(joint)}
        if isinstance(joint, Mapping)
        else {"figure": "pre_trend", "p": joint}
    )
    yield _effect("pre_trend_slope", own["slope"])


def _scenario(own: Json, cluster: str) -> Line:
    figure = f"scenario_{own['scenario']}"
    if own["scenario"] == "counting":
        figure += f"_{own['profile']}"
    line: Line = {"figure": figure, "verdict": own["verdict"]}
    change = own["change"]
    if "undefined" in change:
        line["why"] = why(change)
    else:
        line.update(value=change["value"], low=change.get("low"), high=change.get("high"), p=_probability(change["p"]))
    if own["scenario"] == "without":
        line.update({"scope": "without", f"by:{cluster}": own["unit"]})
    return line


def _side(own: Json) -> Iterator[Line]:
    yield {"figure": "funnel_centre", "value": own["centre"], "method": own["funnel"]}
    yield {"figure": "overdispersion", "value": own["overdispersion"], "method": own["funnel"]}
    yield {"figure": "between_variance", "value": own["between"], "method": own["shrinkage"]}
    for group in own["groups"]:
        for line in _placed(own, group):
            yield {**line, "scope": "group", **_by(group)}


def _placed(own: Json, group: Json) -> Iterator[Line]:
    def within(figure: str, value: float, limits: Any, method: str) -> Line:
        low, high = limits
        return {"figure": figure, "value": value, "low": low, "high": high, "n": group["n"], "method": method}

    drawn = group["drawn"]
    yield within("funnel", group["value"], group["inner"], own["funnel"])
    yield within("funnel_outer", group["value"], group["outer"], own["funnel"])
    yield {"figure": "funnel_z", "value": group["z"], "method": own["funnel"]}
    yield within("drawn", drawn["value"], (drawn["low"], drawn["high"]), own["shrinkage"])
    yield {"figure": "drawn_weight", "value": drawn["weight"], "method": own["shrinkage"]}
    yield within("rank", group["rank"], group["ranks"], own["ranks"])
