"""Where each number of a scorecard's JSON must stand in its workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from openpyxl.cell.cell import Cell

from sheets import Book

Json = Mapping[str, Any]
Row = dict[tuple[str, str], Cell]

#: What the whole log lacks: such KPIs stand on the sheets of the axes alone.
LACKING = {"no_column", "no_calendar", "no_tariff", "no_threshold"}

#: A place, the number that must stand there (none: the cell is empty), and the cell; no cell, where there is no column.
Claim = tuple[str, float | None, Cell | None]


class Words:
    """The words of a language, by key."""

    def __init__(self, messages: Json) -> None:
        self.messages = messages

    def __call__(self, key: str) -> str:
        table, _, name = key.rpartition(".")
        return self.messages[table or "xlsx"][name]


def claims(book: Book, card: Json, say: Words) -> Iterator[Claim]:
    """Every number of the card, sheet by sheet."""
    for part in (_axes, _groups, _months, _trends, _side, _compared, _scenarios, _contrasts, _origin):
        yield from part(book, card, say)


def value(figure: Json | None) -> Any:
    """The value of what is known, else nothing."""
    return None if figure is None else figure.get("value")


def known(part: Json | None) -> Json:
    """What is known of a part; nothing where it is undefined."""
    return {} if part is None or "undefined" in part else part


def _axes(book: Book, card: Json, say: Words) -> Iterator[Claim]:
    rows = {}
    names = [axis["name"][say("page.lang")] for axis in card["axes"]] or book.names
    for name in [*names, say("page.own")]:
        if name in book.names and name != say("summary"):
            for row in book.table(name).rows():
                own = row.get((say("ids"), say("id")))
                if own is not None:
                    rows.setdefault(own.value, row)
    for kpi in card["kpis"]:
        yield from _kpi(kpi["id"], kpi, rows[kpi["id"]], card, say)


def _groups(book: Book, card: Json, say: Words) -> Iterator[Claim]:
    for part, sheet in (("applicants", "applicants"), ("groups", "groups")):
        groups = card.get(part, [])
        if not groups:
            continue
        lines = iter(book.table(say(sheet)).rows())
        for group in groups:
            for kpi in group["kpis"]:
                if kpi["is"].get("undefined") in LACKING:
                    continue
                row = next(lines)
                where = f"{sheet} {list(group['by'].values())} {kpi['id']}"
                assert row[(say("ids"), say("id"))].value == kpi["id"], where
                yield from _kpi(where, kpi, row, card, say)
        assert next(lines, None) is None, f"{sheet}: more rows than the card has"


def _kpi(where: str, kpi: Json, row: Row, card: Json, say: Words) -> Iterator[Claim]:
    """All that is known of a KPI, in its row."""

    def claim(band: str, heading: str, number: Any) -> Claim:
        return f"{where}: {band} {heading}", number, row.get((band, say(heading)))

    two = "was" in card["study"]
    was, now, change, adjusted = known(kpi.get("was")), known(kpi["is"]), known(kpi["change"]), known(kpi["adjusted"])
    crude, relative = change.get("absolute", {}), known(change.get("relative"))
    yield claim("", "is", now.get("value"))
    if two:
        yield from (claim("", "was", was.get("value")), claim("", "change", crude.get("value")))
        yield from (claim("", "low", crude.get("low")), claim("", "high", crude.get("high")))
        yield from (claim("", "relative", relative.get("value")), claim("", "n_was", was.get("n")))
        yield claim("", "n_is", now.get("n"))
    else:
        yield from (claim("", "low", now.get("low")), claim("", "high", now.get("high")), claim("", "n", now.get("n")))
    keys = {"largest": "largest_cluster"}
    for band, flow, window in (("before", "flow_before", was), ("after", "flow_after", now)):
        for heading in ("low", "high", "events", "excluded", "immature", "undated", "clusters", "largest", "df"):
            yield claim(say(band), heading, window.get(keys.get(heading, heading)))
        for heading in ("start", "born", "died", "merged", "end"):
            yield claim(say(flow), heading, window.get("flow", {}).get(heading))
    judged = adjusted or change
    yield from (claim(say("judged"), "q", judged.get("q")), claim(say("judged"), "holm", judged.get("p_holm")))
    yield from _tests(claim, say("crude"), change)
    fixed = say("methods.at_fixed_mix").replace("{}", ", ".join(card["study"].get("standardise", [])))
    gap = adjusted.get("absolute", {})
    yield from (claim(fixed, "was", adjusted.get("was")), claim(fixed, "is", adjusted.get("is")))
    yield from (claim(fixed, "change", gap.get("value")), claim(fixed, "low", gap.get("low")))
    yield claim(fixed, "high", gap.get("high"))
    yield claim(fixed, "relative", known(adjusted.get("relative")).get("value"))
    yield from _tests(claim, fixed, adjusted)
    for heading in ("rate_effect", "mix_effect", "unmatched", "strata_matched", "strata_unmatched"):
        yield claim(say("comes_from"), heading, adjusted.get(heading))
    rows = adjusted.get("rows_unmatched", [None, None])
    yield from (claim(say("comes_from"), f"rows_unmatched_{window}", number) for window, number in zip(("was", "is"), rows))
    for heading in ("absolute", "relative", "power"):
        yield claim(say("smallest"), heading, kpi.get("smallest", {}).get(heading))
    rate, sway = kpi.get("response_rate", {}), kpi.get("sensitivity", {})
    for heading in ("was", "is"):
        number = rate.get(heading)
        yield claim(say("response_rate"), heading, number if isinstance(number, (int, float)) else None)
    yield from (claim(say("taken"), "hours_off", sway.get("hours")), claim(say("taken"), "incomes_off", sway.get("income")))
    for band, end in (("all_low", "low"), ("all_high", "high")):
        for heading in ("was", "is", "change", "relative"):
            yield claim(say(band), heading, sway.get(end, {}).get(heading))
    yield from _reasons(where, kpi, row, say, fixed, two)


def _tests(claim: Callable[[str, str, Any], Claim], band: str, change: Json) -> Iterator[Claim]:
    relative, p = known(change.get("relative")), change.get("p")
    yield claim(band, "relative_low", relative.get("low"))
    yield claim(band, "relative_high", relative.get("high"))
    yield claim(band, "p", p if isinstance(p, (int, float)) else None)
    yield from (claim(band, "df", change.get("df")), claim(band, "error", change.get("standard_error")))


def _reasons(where: str, kpi: Json, row: Row, say: Words, fixed: str, two: bool) -> Iterator[Claim]:
    """What is undefined says why, in a cell of its block; what a reader must know says it in the printed part."""
    blocks = [(say("after"), kpi["is"])]
    blocks += [(say("before"), kpi["was"]), (say("crude"), kpi["change"]), (fixed, kpi["adjusted"])] if two else []
    for band, part in blocks:
        if part.get("undefined", "not_asked") == "not_asked":
            continue
        cell = row.get((band, say("why")))
        assert cell is not None and cell.value, f"{where}: {band} is undefined and does not say why"
    if "undefined" in kpi["is"]:
        assert row[("", say("remarks"))].value, f"{where}: nothing says why it is empty"
    codes = row.get((say("ids"), say("flags")))
    assert (codes.value if codes else None) == (" ".join(kpi["flags"]) or None), f"{where}: flags"
    return
    yield


def _lines(book: Book, name: str, say: Words) -> Iterator[Row]:
    return iter(book.table(say(name)).rows()) if say(name) in book.names else iter(())


def _at(row: Row, say: Words) -> Callable[[str], Cell | None]:
    return lambda heading: row.get(("", say(heading)))


def _months(book: Book, card: Json, say: Words) -> Iterator[Claim]:
    lines = _lines(book, "months", say)
    for series in card.get("series", []):
        centre = known(series["chart"]).get("centre")
        for month in series["months"]:
            at = _at(next(lines), say)
            where = f"{series['id']} {month['month']}"
            number = month["value"] if isinstance(month["value"], (int, float)) else None
            limited = "low" in month or "high" in month
            assert at("month").value.strftime("%Y-%m") == month["month"], where
            yield from ((where, number, at("value")), (where, month["n"], at("n")))
            yield from ((f"{where}: {key}", month.get(key), at(key)) for key in ("low", "high", "fitted", "counterfactual"))
            yield f"{where}: centre", centre if limited else None, at("centre")
        for month in known(series["forecast"]).get("months", []):
            at = _at(next(lines), say)
            where = f"{series['id']} forecast {month['month']}"
            yield from ((f"{where}: {key}", month.get(key), at(key)) for key in ("value", "low", "high"))


def _effect(where: str, own: Json, at: Callable[[str], Cell | None]) -> Iterator[Claim]:
    yield from ((f"{where}: {key}", own.get(key), at(key)) for key in ("value", "low", "high", "df"))
    p = own.get("p")
    yield f"{where}: p", p if isinstance(p, (int, float)) else None, at("p")


def _trends(book: Book, card: Json, say: Words) -> Iterator[Claim]:
    lines = _lines(book, "trends", say)
    for series in card.get("series", []):
        where, chart, trend = series["id"], known(series["chart"]), known(series["trend"])
        yield f"{where}: centre", chart.get("centre"), _at(next(lines), say)("value")
        if chart:
            counts = [chart["baseline"], *([chart["screened"]] if chart.get("screened") else [])]
            counts += [chart["sigma_z"]] if "sigma_z" in chart else []
            yield from ((f"{where}: limits", count, _at(next(lines), say)("value")) for count in counts)
        if not trend:
            yield f"{where}: trend", None, _at(next(lines), say)("value")
        for key in ("slope", "level_change", "slope_change", "latest_change") if trend else ():
            at = _at(next(lines), say)
            yield from _effect(f"{where}: {key}", trend[key], at)
            yield from ((where, months, at(name)) for months, name in zip(trend["months"], ("months_before", "months_after")))
        yield f"{where}: forecast", known(series["forecast"]).get("errors"), _at(next(lines), say)("value")


def _side(book: Book, card: Json, say: Words) -> Iterator[Claim]:
    lines = _lines(book, "side_by_side", say)
    for own in card.get("side_by_side", []):
        for group in own["groups"]:
            at = _at(next(lines), say)
            where = f"{own['id']} {list(group['by'].values())}"
            pairs = {"n": group["n"], "value": group["value"], "z": group["z"], "rank": group["rank"]}
            pairs |= {"all_together": own["centre"], "overdispersion": own["overdispersion"], "between": own["between"]}
            pairs |= {"drawn": group["drawn"]["value"], "weight": group["drawn"]["weight"]}
            pairs |= {"low": group["drawn"]["low"], "high": group["drawn"]["high"]}
            pairs |= dict(zip(("inner_low", "inner_high", "outer_low", "outer_high"), [*group["inner"], *group["outer"]]))
            pairs |= dict(zip(("best_rank", "worst_rank"), group["ranks"]))
            yield from ((f"{where}: {key}", number, at(key)) for key, number in pairs.items())


def _compared(book: Book, card: Json, say: Words) -> Iterator[Claim]:
    lines = _lines(book, "compared", say)
    for own in card.get("comparison", []):
        where, found, at = own["id"], known(own["found"]), _at(next(lines), say)
        if not found:
            yield f"{where}: compared", None, at("value")
            continue
        yield from _effect(where, found["effect"], at)
        place = found.get("place", [None, None])
        pairs = {"q": found.get("q"), "smallest_p": found.get("smallest_p"), "reformed_units": found["treated"]}
        pairs |= {"other_units": found["comparisons"], "left_out_units": found["left_out"]}
        pairs |= {"placebo_place": place[0], "placebos": place[1]}
        yield from ((f"{where}: {key}", number, at(key)) for key, number in pairs.items())
        for key in ("treated_change", "comparison_change"):
            yield f"{where}: {key}", found[key], _at(next(lines), say)("value")
        before = known(found["pre_trend"])
        if before:
            yield from _effect(f"{where}: before", before["slope"], _at(next(lines), say))
        p = before.get("joint_p")
        yield f"{where}: p before", p if isinstance(p, (int, float)) else None, _at(next(lines), say)("p")
        for event in found["events"]:
            at = _at(next(lines), say)
            yield f"{where}: month", event["month"], at("months_after_reform")
            yield from _effect(f"{where}: event", event, at)
        for placebo in found["placebos"]:
            at = _at(next(lines), say)
            yield f"{where}: earlier", -placebo["earlier"], at("months_after_reform")
            yield from _effect(f"{where}: placebo", placebo, at)


def _scenarios(book: Book, card: Json, say: Words) -> Iterator[Claim]:
    lines = _lines(book, "scenarios", say)
    for own in card.get("sensitivity", {}).get("scenarios", []):
        at, change = _at(next(lines), say), known(own["change"])
        where = f"{own['id']} {own['scenario']}"
        yield from ((f"{where}: {key}", change.get(key), at(heading)) for key, heading in
                    (("value", "change"), ("low", "low"), ("high", "high")))
        p = change.get("p")
        yield f"{where}: p", p if isinstance(p, (int, float)) else None, at("p")
        assert at("stands").value == say("yes" if own["stands"] else "no"), where


def _contrasts(book: Book, card: Json, say: Words) -> Iterator[Claim]:
    own = next((kpi["contrasts"] for kpi in card["kpis"] if "contrasts" in kpi), None)
    if own is None:
        return
    lines = _lines(book, "contrasts", say)
    for figure in own["figures"]:
        at = _at(next(lines), say)
        pairs = {"was": figure["was"], "is": figure["is"], "change": figure["absolute"], "relative": figure.get("relative")}
        pairs |= dict(zip(("n_was", "n_is"), figure["n"]))
        yield from ((f"{figure['id']}: {key}", number, at(key)) for key, number in pairs.items())
    at, mean, test = _at(next(lines), say), known(own["restricted_mean"]), known(own["log_rank"])
    gap = mean.get("change", {}).get("absolute", {})
    pairs = {"was": mean.get("was"), "is": mean.get("is"), "change": gap.get("value")}
    pairs |= {"low": gap.get("low"), "high": gap.get("high")}
    yield from ((f"restricted mean: {key}", number, at(key)) for key, number in pairs.items())
    at = _at(next(lines), say)
    yield from (("log rank", test.get("p"), at("p")), ("log rank", test.get("chi_square"), at("statistic")))
    if "stratified_p" in test:
        yield "log rank within", test["stratified_p"], _at(next(lines), say)("p")
    at = _at(next(lines), say)
    for key, n, window in (("was", "n_was", own["open"][0]), ("is", "n_is", own["open"][1])):
        yield from (("still open", window["open"], at(key)), ("still open", window["of"], at(n)))


def _origin(book: Book, card: Json, say: Words) -> Iterator[Claim]:
    parts = [card["events"]["reconciliation"]] if "events" in card else []
    parts += [card["reconciliation"]] if card["reconciliation"]["read"] or not card.get("tables") else []
    parts += [table["reconciliation"] for table in card.get("tables", [])]
    for row, part in zip(_lines(book, "reconciliation", say), parts, strict=True):
        at = _at(row, say)
        yield from ((f"rows {key}", part[key], at(key)) for key in ("read", "accepted", "quarantined"))
        assert at("adds_up").value == say("yes")
    rules = [(rule, rows) for part in parts for rule, rows in part["by_rule"].items()]
    for row, (rule, rows) in zip(_lines(book, "quarantine", say), rules, strict=True):
        at = _at(row, say)
        assert at("rule").value == rule
        yield f"rows set aside: {rule}", rows, at("set_aside")
