"""The card as a notebook shows it: axes with their verdicts, charts, and the KPIs with their changes drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ._numbers import Digits, count, percent, probability
from ._svg import STYLE, Chart, esc, known, strip
from ._words import Json, Lang, flag, say, sentence, table, unit, unit_of_change, verdict, why

#: Groups that are shown at most; all are in the frames.
_GROUPS = 30

#: The widths of the columns of KPIs, the same on every axis.
_WIDTHS = ("14%", "7%", "7%", "7%", "23%", "160px", "13%", "auto")

#: What is told of a group.
_LEADING = ("time/elapsed_time", "time/on_time", "quality/online_share", "satisfaction/top_two_box")

_STYLE = STYLE + (
    ".giamtang{line-height:1.4}"
    ".giamtang h3{margin:.2em 0;font-size:1.15em}"
    ".giamtang h4{margin:1em 0 .3em;font-size:1em}"
    ".giamtang .gt-dim{opacity:.72;font-size:.92em}"
    ".giamtang table.gt-table{border-collapse:collapse;border:0;margin:.3em 0;font-size:.92em;background:none;color:inherit}"
    ".giamtang table.gt-table tr,.giamtang table.gt-table tbody tr:nth-child(odd){background:none}"
    ".giamtang table.gt-table th,.giamtang table.gt-table td{text-align:left;vertical-align:top;padding:.22em .7em .22em 0;"
    "border:0;border-bottom:1px solid rgba(128,128,128,.28);max-width:none;white-space:normal}"
    ".giamtang table.gt-table .gt-n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".giamtang table.gt-table th{font-weight:600;opacity:.8}"
    ".giamtang .gt-v{white-space:nowrap}"
    ".giamtang .gt-improved,.giamtang .gt-shown{color:var(--gt-good)}"
    ".giamtang .gt-worsened{color:var(--gt-bad)}"
    ".giamtang .gt-charts{display:flex;flex-wrap:wrap;gap:.4em 1em}"
    ".giamtang .gt-caption{font-size:.85em;padding-left:.6em}"
    ".giamtang details{margin:.5em 0}.giamtang summary{cursor:pointer;font-weight:600}"
    ".giamtang summary .gt-v{font-weight:400;margin-left:.6em}"
    ".giamtang svg{vertical-align:middle}"
    ".giamtang svg.gt-strip{width:150px;min-width:150px;max-width:none;height:18px}"
    ".giamtang table.gt-kpis{table-layout:fixed;width:100%;min-width:70em}.giamtang .gt-wide{overflow-x:auto}"
)


def esc_lines(text: str) -> str:
    """A text of many lines, which stay lines."""
    return "\n".join(map(esc, text.split("\n")))


def wrapped(body: Iterable[str]) -> str:
    """A page of ours, with its own style."""
    return f'<div class="giamtang"><style>{_STYLE}</style>{"".join(body)}</div>'


def rows_of(
    heads: Sequence[str], lines: Iterable[Sequence[str]], *, numbers: Sequence[int] = (), widths: Sequence[str] = ()
) -> str:
    """A table of cells that are HTML already; the columns of numbers stand to the right."""
    right = {place: ' class="gt-n"' for place in numbers}
    head = "".join(f"<th{right.get(place, '')}>{cell}</th>" for place, cell in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{right.get(place, '')}>{cell}</td>" for place, cell in enumerate(line)) + "</tr>"
        for line in lines
    )
    if not body:
        return ""
    columns = "".join(f'<col style="width:{width}">' for width in widths)
    kind = "gt-table gt-kpis" if widths else "gt-table"
    drawn = f'<table class="{kind}">{columns}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="gt-wide">{drawn}</div>'


class Page:
    """A scorecard in a language."""

    def __init__(self, card: Json, lang: Lang) -> None:
        self.card, self.lang = card, lang
        self.study: Json = card["study"]
        self.rows: dict[str, Json] = {row["id"]: row for row in card["kpis"]}
        self._flags = self._noted()

    def html(self) -> str:
        """The whole page."""
        parts = [self._head(), self._axes(), self._charts(), self._kpis(), self._lacks(), self._contrast()]
        more = [self._compared(), self._groups(), self._stands(), self._feet()]
        return wrapped(part for part in [*parts, *more] if part)

    def _say(self, words: str) -> str:
        return say(words, self.lang)

    # --- head and axes ------------------------------------------------------------------------------------------------

    def _head(self) -> str:
        study = self.study
        was = f"{self._say('was')} {study['was']} → " if "was" in study else ""
        cluster = study["cluster"]
        by = f", {self._say('independent')}" if cluster == "none" else f" {self._say('by')} {cluster}"
        facts = [
            f"{was}{self._say('is')} {study['is']}",
            self._say("intervals").replace("{}", percent(study["level"], self.lang)) + by,
            f"{self._say('counting')}: {study['counting']}",
        ]
        lines = [" · ".join(facts)]
        if study.get("standardise") and "was" in study:
            lines.append(self._say("mix").replace("{}", ", ".join(study["standardise"])))
        lines.append(identity(self.card["reconciliation"], self.lang))
        told = "".join(f'<div class="gt-dim">{esc(line)}</div>' for line in lines)
        return f"<h3>{esc(study['name'])}</h3>{told}"

    def _axes(self) -> str:
        """Each axis with its verdict and every reason."""
        heads = [self._say("axis"), self._say("verdict"), self._say("why")]
        kpis = self.card["kpis"]
        lines = [
            [
                f"<b>{esc(axis['name'][self.lang])}</b>",
                self._verdict(axis["verdict"]),
                esc(sentence(axis["because"], kpis, self.lang)),
            ]
            for axis in self.card["axes"]
        ]
        return rows_of(heads, lines)

    def _verdict(self, own: str, more: str = "") -> str:
        symbol, words = verdict(own, self.lang)
        return f'<span class="gt-v gt-{esc(own)}">{symbol} {esc(words)}{esc(more)}</span>'

    def _charts(self) -> str:
        """The headlines by month."""
        series = {own["id"]: own for own in self.card.get("series", [])}
        leading = [axis["headline"] for axis in self.card["axes"] if axis["headline"] in series]
        drawn = [
            self._small(Chart(self.rows[id], series[id], self.study, self.lang, 340, 135))
            for id in leading
            if id in self.rows and any(known(month) is not None for month in series[id]["months"])
        ]
        if not drawn:
            return ""
        note = [f"│ {self._say('reform')} {self.study['reform']}"] if "reform" in self.study else []
        note += [f"┄ {self._say('limits')}", f"▒ {self._say('forecast')}", self._say("lasts")]
        told = f'<div class="gt-dim">{esc(" · ".join(note))}</div>'
        return f'<h4>{self._say("months")}</h4><div class="gt-charts">{"".join(drawn)}</div>{told}'

    @staticmethod
    def _small(chart: Chart) -> str:
        return f'<div><div class="gt-caption">{chart.caption}</div>{chart.svg()}</div>'

    # --- the KPIs -----------------------------------------------------------------------------------------------------

    def _kpis(self) -> str:
        told = [row for row in self.card["kpis"] if not _lacks(row)]
        axes = {axis["id"]: axis for axis in self.card["axes"]}
        parts = []
        for id, rows in groupby(told, key=lambda row: row.get("axis")):
            axis = axes.get(id or "")
            name = axis["name"][self.lang] if axis else (self._say("own") if id is None else id)
            own = self._verdict(axis["verdict"]) if axis else ""
            parts.append(f"<details open><summary>{esc(name)}{own}</summary>{self._table(list(rows))}</details>")
        return "".join(parts)

    def _table(self, rows: Sequence[Json]) -> str:
        level = percent(self.study["level"], self.lang)
        if "was" not in self.study:
            heads = [self._say("kpi"), self._say("is"), self._say("unit"), f"[{level}]", "n"]
            return rows_of(heads, (self._single(row) for row in rows), numbers=(1, 3, 4))
        heads = [self._say("kpi"), f"{self._say('was')} →", self._say("is"), self._say("unit")]
        heads += [f"{self._say('change')} [{level}]", "", self._say("verdict"), ""]
        return rows_of(heads, (self._line(row) for row in rows), numbers=(1, 2, 4), widths=_WIDTHS)

    def _single(self, row: Json) -> list[str]:
        """A KPI of one window, with its own interval."""
        digits, own = Digits.of(row, self.lang), row["is"]
        if "undefined" in own:
            return [self._name(row), "–", "", f'<span class="gt-dim">{esc(why(own, self.lang))}</span>', ""]
        interval = digits.interval(own.get("low"), own.get("high"), digits.value)
        told = interval or (esc(why(own["limits"], self.lang)) if "limits" in own else "")
        cells = [digits.value(own["value"]), esc(unit(row, self.lang)), told, count(own["n"], self.lang)]
        return [self._name(row), *cells]

    def _line(self, row: Json) -> list[str]:
        digits = Digits.of(row, self.lang)
        judged = judged_of(row)
        drawn = strip(judged["absolute"], row["better"], row.get("verdict")) if judged else ""
        was, is_ = (self._figure(row[name], digits) for name in ("was", "is"))
        change = self._change(row, digits)
        return [
            self._name(row),
            was,
            is_,
            esc(unit(row, self.lang)),
            change,
            drawn,
            self._judgement(row),
            self._notes(row),
        ]

    def _name(self, row: Json) -> str:
        marks = ",".join(str(self._flags.index(own) + 1) for own in row["flags"] if own in self._flags)
        raised = f"<sup>{marks}</sup>" if marks else ""
        return f'<span title="{esc(row["id"])}">{esc(row["name"][self.lang])}{raised}</span>'

    def _figure(self, own: Json, digits: Digits) -> str:
        return "–" if "undefined" in own else digits.value(own["value"])

    def _change(self, row: Json, digits: Digits) -> str:
        """The crude change; below it the one at a fixed mix, which the verdict is of."""
        told = difference(row, row["change"], digits, self.lang)
        adjusted = row["adjusted"]
        if "undefined" in adjusted:
            return told
        was, is_ = (digits.value(adjusted[name]) for name in ("was", "is"))
        fixed = difference(row, adjusted, digits, self.lang)
        return f'{told}<div class="gt-dim" title="{was} → {is_}">{self._say("fixed")} {fixed}</div>'

    def _judgement(self, row: Json) -> str:
        flags = row["flags"]
        if row["better"] == "neither":
            more = f" ({self._say('flattering')})" if "flattering" in flags else ""
            return f'<span class="gt-dim">{self._say("information")}{more}</span>'
        if "verdict" not in row:
            return ""
        more = f" ({self._say('independent')})" if "independent" in flags else ""
        return self._verdict(row["verdict"], more)

    def _notes(self, row: Json) -> str:
        """Probabilities, rows, what is missing."""
        facts = []
        judged = judged_of(row) or {}
        facts += [probability("q", judged["q"], self.lang)] if "q" in judged else []
        facts += [probability("Holm p", judged["p_holm"], self.lang)] if "p_holm" in judged else []
        counts = [count(own["n"], self.lang) if "n" in own else "–" for own in (row["was"], row["is"])]
        facts.append("n " + " → ".join(counts))
        facts += self._missing(row)
        facts += self._smallest(row)
        return f'<span class="gt-dim">{esc(" · ".join(facts))}</span>'

    def _missing(self, row: Json) -> list[str]:
        absent = {name: why(row[name], self.lang) for name in ("was", "is") if "undefined" in row[name]}
        if len(set(absent.values())) == 1 and len(absent) == 2:
            return [f"{self._say('both')}: {absent['is']}"]
        if absent:
            return [f"{self._say(name)}: {reason}" for name, reason in absent.items()]
        if "undefined" in row["change"]:
            return [f"{self._say('no_change')}: {why(row['change'], self.lang)}"]
        own = judged_of(row) or row["change"]
        if "limits" in own["absolute"]:
            return [f"{self._say('no_interval')}: {why(own['absolute']['limits'], self.lang)}"]
        if isinstance(own["p"], Mapping):
            return [f"{self._say('no_test')}: {why(own['p'], self.lang)}"]
        return []

    def _smallest(self, row: Json) -> list[str]:
        if "smallest" not in row:
            return []
        size = Digits.of(row, self.lang).value(row["smallest"]["absolute"])
        return [f"{self._say('smallest')} ±{size} {unit_of_change(row, self.lang)}".strip()]

    def _noted(self) -> list[str]:
        """The flags that stand below the tables, by their numbers; those of every KPI need none."""
        common = self._common()
        return sorted({own for row in self.card["kpis"] for own in row["flags"]} - common)

    def _common(self) -> set[str]:
        """The flags that every KPI with a figure has: they stand once, below."""
        flags = [set(row["flags"]) for row in self.card["kpis"] if "undefined" not in row["is"]]
        return set.intersection(*flags) if flags else set()

    def _lacks(self) -> str:
        """The notes to the tables; then what the whole log lacks, said once, and of which KPIs."""
        said: dict[str, list[str]] = {}
        for row in filter(_lacks, self.card["kpis"]):
            said.setdefault(why(row["is"], self.lang), []).append(row["name"][self.lang])
        lines = [f"{reason}: {', '.join(names)}" for reason, names in said.items()]
        notes = [f"<sup>{number}</sup> {esc(flag(own, self.lang))}" for number, own in enumerate(self._flags, 1)]
        return "".join(f'<div class="gt-dim">{line}</div>' for line in [*notes, *map(esc, lines)])

    # --- beside the KPIs ----------------------------------------------------------------------------------------------

    def _contrast(self) -> str:
        """What a dashboard would have said of the same time, and why."""
        said = [
            row["contrasts"]["sentence"][self.lang]
            for row in self.card["kpis"]
            if "sentence" in row.get("contrasts", {})
        ]
        return "".join(f'<p class="gt-dim">{esc(own)}</p>' for own in said)

    def _compared(self) -> str:
        """Units that reformed beside those that did not: headlines and guards."""
        lines = []
        for own in self.card.get("comparison", []):
            row, found = self.rows[own["id"]], own["found"]
            if own["id"] in _LEADING and "undefined" not in found:
                lines.append(self._beside(row, found))
        heads = [self._say("kpi"), self._say("effect"), "p", "q", self._say("reformed"), self._say("others")]
        drawn = rows_of(heads, lines, numbers=(1, 2, 3, 4, 5))
        return f"<h4>{self._say('compared')}</h4>{drawn}" if drawn else ""

    def _beside(self, row: Json, found: Json) -> list[str]:
        effect, digits = found["effect"], Digits.of(row, self.lang)
        told = (
            f"{digits.signed(effect['value'])} {digits.interval(effect.get('low'), effect.get('high'), digits.signed)}"
        )
        p = "–" if isinstance(effect["p"], Mapping) else probability("", effect["p"], self.lang).strip()
        q = probability("", found["q"], self.lang).strip() if "q" in found else "–"
        changes = [digits.signed(found[name]) for name in ("treated_change", "comparison_change")]
        return [
            self._name(row),
            f"{told.strip()} {esc(unit_of_change(row, self.lang))}".strip(),
            esc(p),
            esc(q),
            *changes,
        ]

    def _groups(self) -> str:
        """The drill-down: each group with what leads."""
        groups = self.card["groups"]
        ids = [
            id
            for id in _LEADING
            if any("undefined" not in own["is"] for group in groups for own in group["kpis"] if own["id"] == id)
        ]
        if not groups or not ids:
            return ""
        names = [esc(self.rows[id]["name"][self.lang]) for id in ids]
        lines = [[esc(self._title(group)), *self._cells(group, ids)] for group in groups[:_GROUPS]]
        left = len(groups) - len(lines)
        more = (
            f'<div class="gt-dim">{esc(self._say("more").replace("{}", count(left, self.lang)))}</div>' if left else ""
        )
        columns = ", ".join(groups[0]["by"])
        head = f"{self._say('groups')}: {columns} ({count(len(groups), self.lang)})"
        drawn = rows_of([esc(columns), *names], lines, numbers=range(1, len(ids) + 1))
        return f"<details><summary>{esc(head)}</summary>{drawn}{more}</details>"

    def _title(self, group: Json) -> str:
        return ", ".join(self._say("no_name") if name is None else name for name in group["by"].values())

    def _cells(self, group: Json, ids: Sequence[str]) -> Iterator[str]:
        own = {row["id"]: row for row in group["kpis"]}
        for id in ids:
            row = own.get(id)
            yield "–" if row is None else self._brief(row)

    def _brief(self, row: Json) -> str:
        digits = Digits.of(row, self.lang)
        windows = [self._figure(row[name], digits) for name in ("was", "is") if name in row]
        if set(windows) == {"–"}:
            return "–"
        symbol = self._symbol(row["verdict"]) if row.get("verdict") not in (None, "not_comparable") else ""
        return f"{' → '.join(windows)} {esc(unit(row, self.lang))} {symbol}".strip()

    def _symbol(self, own: str) -> str:
        symbol, words = verdict(own, self.lang)
        return f'<span class="gt-v gt-{esc(own)}" title="{esc(words)}">{symbol}</span>'

    def _stands(self) -> str:
        """How many verdicts stand where something is decided otherwise."""
        counted: dict[str, list[int]] = {}
        own = self.card.get("sensitivity", {})
        for scenario in own.get("scenarios", []):
            if "stands" in scenario:
                tally = counted.setdefault(self._scenario(scenario, own), [0, 0])
                tally[0] += scenario["stands"]
                tally[1] += 1
        lines = [
            [esc(name), f"{count(stand, self.lang)} / {count(of, self.lang)}"] for name, (stand, of) in counted.items()
        ]
        drawn = rows_of([self._say("otherwise"), self._say("stands")], lines, numbers=(1,))
        return f"<details><summary>{self._say('stand')}</summary>{drawn}</details>" if drawn else ""

    def _scenario(self, scenario: Json, own: Json) -> str:
        name = scenario["scenario"]
        if name == "counting":
            return self._say("counted").replace("{}", scenario["profile"])
        # Without room to follow them longer there is a reason instead of days, and no such scenario.
        days = own.get("longer_days")
        return self._say(name).replace("{}", count(days, self.lang) if isinstance(days, int) else "…")

    def _feet(self) -> str:
        """What holds of all, what became of the rows, and every setting."""
        card, lang = self.card, self.lang
        lines = [flag(own, lang) for own in sorted(self._common())]
        if "events" in card:
            lines.append(f"{table('events', lang)}: {identity(card['events']['reconciliation'], lang)}")
        lines += [
            f"{table(own['table'], lang)}: {identity(own['reconciliation'], lang)}" for own in card.get("tables", [])
        ]
        for words, settings in (("settings", self.study["given"]), ("defaults", self.study["defaults"])):
            told = " · ".join(f"{name} = {value}" for name, value in settings.items())
            lines += [f"{self._say(words)}: {told}"] if told else []
        inputs = [f"{own['path']} ({count(own['rows'], lang)} {self._say('rows')})" for own in card["inputs"]]
        lines += [f"{self._say('inputs')}: {' · '.join(inputs)}"] if inputs else []
        body = "".join(f"<div>{esc(line)}</div>" for line in lines)
        return f'<details class="gt-dim"><summary>{self._say("settings")}</summary>{body}</details>'


def _lacks(row: Json) -> bool:
    """Whether the log lacks what the KPI needs, in both windows."""
    return row["is"].get("undefined") in ("no_column", "no_calendar", "no_tariff", "no_threshold")


def judged_of(row: Json) -> Json | None:
    """The change that the verdict is of: at a fixed mix, where that is known."""
    for name in ("adjusted", "change"):
        if "undefined" not in row[name]:
            return row[name]  # type: ignore[no-any-return]
    return None


def difference(row: Json, change: Json, digits: Digits, lang: Lang) -> str:
    """A change with its interval; differences of shares are points."""
    if "undefined" in change:
        return ""
    gap = change["absolute"]
    points = say("points", lang) if row["unit"] == "share" else ""
    interval = digits.interval(gap.get("low"), gap.get("high"), digits.signed)
    return " ".join(part for part in (digits.signed(gap["value"]), interval, points) if part)


def identity(own: Json, lang: Lang) -> str:
    """read = accepted + quarantined, with the rules that were broken."""
    read, accepted, quarantined = (count(own[name], lang) for name in ("read", "accepted", "quarantined"))
    told = f"{say('read', lang)} {read} = {say('accepted', lang)} {accepted} + {say('quarantined', lang)} {quarantined}"
    rules = ", ".join(f"{rule} {count(rows, lang)}" for rule, rows in own["by_rule"].items())
    return f"{told} ({rules})" if rules else told


def check(found: Json, lang: Lang) -> str:
    """What became of every row, as a page."""
    own = found["reconciliation"]
    parts = [f"<h3>{esc(identity(own, lang))}</h3>"]
    for beside in found.get("tables", []):
        parts.append(
            f'<div class="gt-dim">{esc(table(beside["table"], lang))}: {esc(identity(beside["reconciliation"], lang))}</div>'
        )
    columns = [[esc(line["column"]), count(line["rows"], lang)] for line in found.get("by_column", [])]
    parts += _under(say("worst", lang), rows_of([say("column", lang), say("rows", lang)], columns, numbers=(1,)))
    parts += _under(say("warnings", lang), _listed(found.get("warnings", []), lang))
    parts += _under(say("first", lang), _listed(found.get("quarantine_sample", []), lang))
    return wrapped(parts)


def _under(title: str, drawn: str) -> list[str]:
    return [f"<h4>{esc(title)}</h4>{drawn}"] if drawn else []


def _listed(items: Sequence[Json], lang: Lang) -> str:
    """Objects of one kind as a table, in the order of their fields."""
    names = list(dict.fromkeys(name for item in items for name in item))
    return rows_of(
        [esc(name) for name in names], ([esc(_cell(item.get(name), lang)) for name in names] for item in items)
    )


def _cell(value: Any, lang: Lang) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        if lang in value:
            return str(value[lang])
        return ", ".join(f"{name} = {_cell(own, lang)}" for name, own in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_cell(own, lang) for own in value)
    return count(value, lang) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def trace(found: Json, lang: Lang) -> str:
    """One dossier, as a page."""
    parts = [f'<h3>{esc(found["case"])}</h3><div class="gt-dim">{esc(found["study"]["name"])}</div>']
    for name, value in found.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            parts += _under(name, _listed(value, lang))
    return wrapped(parts)
