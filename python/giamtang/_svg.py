"""Charts drawn by hand as SVG: a change on a line, a KPI by month, a KPI of two windows.

A notebook that is not trusted shows no pictures, but the texts in them: so these are few, and apart from each other.
Nothing is drawn with a colour that a light or a dark page would swallow: ink is the page's own, and the few colours come from
:data:`STYLE`.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ._numbers import Digits, count
from ._words import Json, Lang, rule, say, shown, unit, unit_of_change, why

_LIGHT = "--gt-good:#1a7f37;--gt-bad:#cf222e;--gt-line:#0969da"
_DARK = "--gt-good:#3fb950;--gt-bad:#f85149;--gt-line:#58a6ff"

#: The colours, for pages that say whether they are dark, and for those that leave it to the reader's system.
STYLE = (
    f".giamtang{{{_LIGHT}}}"
    f"@media(prefers-color-scheme:dark){{.giamtang{{{_DARK}}}}}"
    f'[data-jp-theme-light="true"] .giamtang,.vscode-light .giamtang,[data-theme="light"] .giamtang{{{_LIGHT}}}'
    f'[data-jp-theme-light="false"] .giamtang,.vscode-dark .giamtang,[data-theme="dark"] .giamtang{{{_DARK}}}'
)

#: The same for a picture that stands alone, and has to bring its own ink.
_ALONE = f".giamtang{{{_LIGHT};color:#1f2328}}@media(prefers-color-scheme:dark){{.giamtang{{{_DARK};color:#e6edf3}}}}"

#: The height of a title, and of the line of a window.
_TITLE = _LINE = 34

_FONT = 'font-family="system-ui,sans-serif" font-size="11"'


def esc(text: object) -> str:
    """A text of the log's, as it may stand in HTML and SVG."""
    return html.escape(shown(text))


@dataclass(frozen=True)
class Scale:
    """Where values lie on a line of the picture."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low
        part = (value - self.low) / span if span else 0.5
        return round(self.start + part * (self.end - self.start), 1)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values between two, at most so many."""
    span = high - low
    if not span > 0.0 or not math.isfinite(span):
        return [low]
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(own * power for own in (1.0, 2.0, 5.0, 10.0) if own * power >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def strip(difference: Json, better: str, verdict: str | None, *, width: int = 150, height: int = 18) -> str:
    """A change with its interval about no change; the better side is shaded."""
    low, high, value = difference.get("low"), difference.get("high"), difference["value"]
    if low is None and high is None:
        return ""  # Without limits there is no scale.
    reach = max((abs(end) for end in (low, high, value) if end is not None), default=0.0) or 1.0
    scale, middle = Scale(-reach, reach, 6, width - 6), height / 2
    ink = _ink(verdict)
    parts = []
    if better in ("lower", "higher"):
        x = 0 if better == "lower" else width / 2
        parts.append(
            f'<rect x="{x:g}" y="0" width="{width / 2:g}" height="{height}" fill="var(--gt-good)" opacity=".08"/>'
        )
    parts.append(
        f'<line x1="{width / 2:g}" x2="{width / 2:g}" y1="0" y2="{height}" stroke="currentColor" '
        'opacity=".45" stroke-dasharray="2 2"/>'
    )
    parts.append(_whisker(scale, low, high, middle, ink, width))
    parts.append(f'<circle cx="{scale(value)}" cy="{middle:g}" r="3.5" fill="{ink}"/>')
    return f'<svg class="gt-strip" width="{width}" height="{height}" viewBox="0 0 {width} {height}" aria-hidden="true">{"".join(parts)}</svg>'


def _whisker(scale: Scale, low: float | None, high: float | None, y: float, ink: str, width: float) -> str:
    """A line between two limits; an open end runs on, and has no cap."""
    left = scale(low) if low is not None else 0.0
    right = scale(high) if high is not None else width
    caps = [place for place, end in ((left, low), (right, high)) if end is not None]
    marks = "".join(f"M{place:g} {y - 4:g}v8" for place in caps)
    return f'<path d="M{left:g} {y:g}H{right:g}{marks}" stroke="{ink}" stroke-width="1.5" fill="none"/>'


def _ink(verdict: str | None) -> str:
    return {"improved": "var(--gt-good)", "worsened": "var(--gt-bad)"}.get(verdict or "", "currentColor")


@dataclass(frozen=True)
class Chart:
    """A KPI by month where the card has it so, else its two windows with their intervals."""

    row: Json
    series: Json | None
    study: Json
    lang: Lang
    width: int = 720
    height: int = 280

    @property
    def is_small(self) -> bool:
        """Whether there is no room for a legend."""
        return self.width < 500

    def svg(self, *, alone: bool = False) -> str:
        """The picture; one that stands alone brings its own colours."""
        has_months = self._has_months()
        body = "\n".join(self._months() if has_months else self._windows())
        height = self.height if has_months else _TITLE + _LINE * self._lines_of_windows() + 50
        style = f"<style>{_ALONE}</style>" if alone else ""
        name = esc(self.row["name"][self.lang])
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="giamtang" role="img" aria-label="{name}" width="{self.width}" '
            f'height="{height}" viewBox="0 0 {self.width} {height}" style="max-width:100%;height:auto" {_FONT} '
            f'fill="currentColor">{style}{body}</svg>'
        )

    def _has_months(self) -> bool:
        return self.series is not None and any(known(month) is not None for month in self.series["months"])

    @property
    def caption(self) -> str:
        """What it is of, as HTML: a small picture has no room for it."""
        return f"<b>{esc(self.row['name'][self.lang])}</b> {esc(unit(self.row, self.lang))}"

    def _title(self) -> str:
        named = unit(self.row, self.lang)
        told = f' <tspan opacity=".65" font-weight="400">{esc(named)}</tspan>' if named else ""
        return f'<text x="8" y="15" font-weight="600">{esc(self.row["name"][self.lang])}{told}</text>'

    # --- by month -----------------------------------------------------------------------------------------------------

    def _months(self) -> Iterator[str]:
        assert self.series is not None
        months, ahead = self.series["months"], self._ahead()
        names = sorted({month["month"] for month in [*months, *ahead]})
        legend = [] if self.is_small else self._legend(months, ahead)
        bottom = self.height - 22 - 15 * len(legend)
        across = Scale(-0.5, len(names) - 0.5, 52, self.width - 10)
        top = 8 if self.is_small else 26
        low, high = _span(self._levels(months, ahead))
        if self.row["unit"] == "share" and self.row["better"] != "neither":
            low, high = max(low, 0.0), min(high, 1.0)
        up = Scale(low, high, bottom, top)
        if not self.is_small:
            yield self._title()
        yield from self._grid(up, low, high)
        yield from self._labels(names, across, bottom)
        yield from self._limits(months, across, up)
        yield from self._reform(months, across, bottom)
        yield from self._lines(months, across, up)
        yield from self._forecast(names, ahead, across, up)
        yield from self._values(months, across, up)
        for line, told in enumerate(reversed(legend)):
            yield f'<text x="8" y="{self.height - 8 - 15 * line}" opacity=".75">{esc(told)}</text>'

    def _ahead(self) -> Sequence[Json]:
        assert self.series is not None
        return self.series["forecast"].get("months", [])  # type: ignore[no-any-return]

    @staticmethod
    def _levels(months: Sequence[Json], ahead: Sequence[Json]) -> list[float]:
        names = ("low", "high", "fitted", "counterfactual")
        levels = [month[name] for month in months for name in names if name in month]
        return levels + [value for value in map(known, [*months, *ahead]) if value is not None]

    def _marks(self, low: float, high: float, most: int) -> Iterator[tuple[float, str]]:
        """Round values, and as many decimals as the step between them has."""
        own = ticks(low, high, most)
        factor = Digits.fitting(self.row["unit"], own, [], self.lang).factor
        step = (own[1] - own[0]) * factor if len(own) > 1 else 1.0
        digits = Digits(self.lang, max(0, -math.floor(math.log10(step) + 1e-9)), factor)
        return ((tick, digits.value(tick)) for tick in own)

    def _grid(self, up: Scale, low: float, high: float) -> Iterator[str]:
        for tick, told in self._marks(low, high, 4):
            y = up(tick)
            yield f'<line x1="52" x2="{self.width - 10}" y1="{y}" y2="{y}" stroke="currentColor" opacity=".12"/>'
            yield f'<text x="46" y="{y + 3.5:.1f}" text-anchor="end" opacity=".75">{told}</text>'

    def _labels(self, names: Sequence[str], across: Scale, bottom: float) -> Iterator[str]:
        """Months below the axis, as many as there is room for, counted from the reform where it is known."""
        every = max(1, math.ceil(len(names) * 58 / (self.width - 62)))
        reform = self.study.get("reform")
        start = names.index(reform) % every if reform in names else 0
        for place in range(start, len(names), every):
            x = min(across(place), self.width - 26)
            yield f'<text x="{x:g}" y="{bottom + 15:g}" text-anchor="middle" opacity=".75">{esc(names[place])}</text>'

    def _limits(self, months: Sequence[Json], across: Scale, up: Scale) -> Iterator[str]:
        """The band between the limits, each month's its own, and the centre between them."""
        assert self.series is not None
        chart = self.series["chart"]
        known = [(place, month) for place, month in enumerate(months) if "low" in month or "high" in month]
        if "undefined" in chart or not known:
            return
        upper = [(place, up(min(month.get("high", up.high), up.high))) for place, month in known]
        lower = [(place, up(max(month.get("low", up.low), up.low))) for place, month in known]
        band = _steps(upper, across) + "L" + _steps(lower, across, back=True)[1:] + "Z"
        yield f'<path d="{band}" fill="currentColor" opacity=".07"/>'
        for edge in (upper, lower):
            yield f'<path d="{_steps(edge, across)}" fill="none" stroke="currentColor" opacity=".4" stroke-dasharray="3 3"/>'
        y, ends = up(chart["centre"]), (across(known[0][0] - 0.5), across(known[-1][0] + 0.5))
        yield f'<line x1="{ends[0]}" x2="{ends[1]}" y1="{y}" y2="{y}" stroke="currentColor" opacity=".4"/>'

    def _reform(self, months: Sequence[Json], across: Scale, bottom: float) -> Iterator[str]:
        names = [month["month"] for month in months]
        reform = self.study.get("reform")
        if reform not in names:
            return
        x = across(names.index(reform) - 0.5)
        yield f'<line x1="{x}" x2="{x}" y1="{4 if self.is_small else 22}" y2="{bottom:g}" stroke="var(--gt-line)" stroke-width="1.5"/>'
        if not self.is_small:
            yield f'<text x="{x + 4:.1f}" y="31" fill="var(--gt-line)">{say("reform", self.lang)} {esc(reform)}</text>'

    def _lines(self, months: Sequence[Json], across: Scale, up: Scale) -> Iterator[str]:
        """The trend, and where it would have gone."""
        for name, dash in (("fitted", ""), ("counterfactual", ' stroke-dasharray="5 4"')):
            for path in _paths([(place, month.get(name)) for place, month in enumerate(months)], across, up):
                yield f'<path d="{path}" fill="none" stroke="var(--gt-line)" stroke-width="1.3"{dash}/>'

    def _forecast(self, names: Sequence[str], ahead: Sequence[Json], across: Scale, up: Scale) -> Iterator[str]:
        """The months to come; they begin at the first that is too young to be compared."""
        placed = [(names.index(month["month"]), month) for month in ahead]
        for place, month in placed:
            low, high = month.get("low", up.low), month.get("high", up.high)
            top, foot = up(min(high, up.high)), up(max(low, up.low))
            yield (
                f'<rect x="{across(place - 0.5)}" y="{top}" width="{across(place + 0.5) - across(place - 0.5):.1f}" '
                f'height="{max(0.0, foot - top):.1f}" fill="var(--gt-line)" opacity=".18"/>'
            )
        for path in _paths([(place, month["value"]) for place, month in placed], across, up):
            yield f'<path d="{path}" fill="none" stroke="var(--gt-line)" stroke-dasharray="1 3" stroke-width="1.5"/>'

    def _values(self, months: Sequence[Json], across: Scale, up: Scale) -> Iterator[str]:
        for path in _paths([(place, known(month)) for place, month in enumerate(months)], across, up):
            yield f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/>'
        for place, month in enumerate(months):
            value = known(month)
            if value is not None:
                yield self._point(month, across(place), up(value))

    def _point(self, month: Json, x: float, y: float) -> str:
        signal = month.get("signal")
        meaning = signal and signal.get("meaning")
        ink = {"improvement": "var(--gt-good)", "concern": "var(--gt-bad)"}.get(meaning or "", "currentColor")
        size = 4.0 if signal else 2.6
        # A page shows through a hollow one no more than through a full one.
        fill = f'fill="{ink}"' if not month.get("immature") else f'fill-opacity="0" stroke="{ink}" stroke-width="1.4"'
        told = "" if self.is_small else f"<title>{self._told(month)}</title>"
        return f'<circle cx="{x}" cy="{y}" r="{size}" {fill}>{told}</circle>'

    def _told(self, month: Json) -> str:
        """A month in words, for who points at it."""
        digits = Digits.of(self.row, self.lang)
        named = unit(self.row, self.lang)
        value = f"{digits.value(month['value'])} {named}".strip()
        told = f"{month['month']}: {value} (n {count(month['n'], self.lang)})"
        more = [rule(month["signal"], self.lang)] if "signal" in month else []
        more += [say("young", self.lang)] if month.get("immature") else []
        return esc(" · ".join([told, *more]))

    def _legend(self, months: Sequence[Json], ahead: Sequence[Json]) -> list[str]:
        """What the signs mean, in as many lines as that takes."""
        assert self.series is not None
        chart, told = self.series["chart"], []
        if "undefined" in chart:
            told.append(f"{say('no_limits', self.lang)}: {why(chart, self.lang)}")
        else:
            trial = f" ({say('trial', self.lang)})" if chart["trial"] else ""
            told.append(f"┄ {say('limits', self.lang)}{trial}")
        if any(month.get("immature") for month in months):
            told.append(f"○ {say('young', self.lang)}")
        if any("fitted" in month for month in months):
            told.append(f"— {say('trend', self.lang)}")
        if ahead:
            told.append(f"▒ {say('forecast', self.lang)}")
        return _broken(told, (self.width - 16) // 6)

    # --- of two windows -----------------------------------------------------------------------------------------------

    def _lines_of_windows(self) -> int:
        return sum(name in self.row for name in ("was", "is"))

    def _windows(self) -> Iterator[str]:
        """Each window on a line of its own; one without a figure says why."""
        windows = [(name, self.row[name]) for name in ("was", "is") if name in self.row]
        known = [own for _, own in windows if "undefined" not in own]
        levels = [own[end] for own in known for end in ("value", "low", "high") if own.get(end) is not None]
        yield self._title()
        foot = _TITLE + _LINE * len(windows)
        if levels:
            low, high = _span(levels)
            low = 0.0 if 0.0 < low < 0.5 * high else low
            across = Scale(low, high, 120, self.width - 24)
            yield from self._across(across, low, high, foot)
        for line, (name, own) in enumerate(windows):
            y = _TITLE + 12 + _LINE * line
            days = self.study.get(name) or ""
            yield f'<text x="8" y="{y + 1}">{say(name, self.lang)}</text>'
            yield f'<text x="8" y="{y + 13}" opacity=".65" font-size="8.5">{esc(days)}</text>'
            if "undefined" in own:
                yield f'<text x="122" y="{y + 4}" opacity=".75">{esc(why(own, self.lang))}</text>'
            else:
                yield self._dot(own, across, y)
        yield f'<text x="8" y="{foot + 42}">{esc(self._difference())}</text>'

    def _across(self, across: Scale, low: float, high: float, foot: float) -> Iterator[str]:
        for tick, told in self._marks(low, high, 5):
            x = across(tick)
            yield f'<line x1="{x}" x2="{x}" y1="26" y2="{foot}" stroke="currentColor" opacity=".12"/>'
            yield f'<text x="{x}" y="{foot + 14}" text-anchor="middle" opacity=".75">{told}</text>'

    def _dot(self, own: Json, across: Scale, y: float) -> str:
        digits = Digits.of(self.row, self.lang)
        told = f"{digits.value(own['value'])} {digits.interval(own.get('low'), own.get('high'), digits.value)}".strip()
        limits = ""
        if own.get("low") is not None or own.get("high") is not None:
            limits = _whisker(across, own.get("low"), own.get("high"), y, "currentColor", self.width - 10)
        x = across(own["value"])
        return (
            f'{limits}<circle cx="{x}" cy="{y}" r="4.5" fill="var(--gt-line)"/>'
            f'<text x="{min(max(x, 160), self.width - 60):g}" y="{y - 8}" text-anchor="middle">{esc(told)}</text>'
        )

    def _difference(self) -> str:
        """The change in words, or why there is none."""
        change = self.row["change"]
        if "undefined" in change:
            return (
                ""
                if change["undefined"] == "one_window"
                else f"{say('no_change', self.lang)}: {why(change, self.lang)}"
            )
        digits, gap = Digits.of(self.row, self.lang), change["absolute"]
        told = (
            f"{digits.signed(gap['value'])} {digits.interval(gap.get('low'), gap.get('high'), digits.signed)}".strip()
        )
        return f"{say('change', self.lang)} {told} {unit_of_change(self.row, self.lang)}".strip()


def _broken(parts: Sequence[str], width: int) -> list[str]:
    """Parts in lines of so many signs."""
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]} · {part}" if lines[-1] else part
        if len(joined) <= width or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(part)
    return lines


def known(month: Json) -> float | None:
    """A month's value; None where there is none."""
    value = month.get("value")
    return float(value) if isinstance(value, (int, float)) else None


def _span(levels: Sequence[float]) -> tuple[float, float]:
    """From the least to the greatest, with some air."""
    low, high = min(levels), max(levels)
    air = 0.06 * (high - low) or abs(high) * 0.1 or 1.0
    return (max(0.0, low - air) if low >= 0.0 else low - air), high + air


def _paths(points: Sequence[tuple[int, float | None]], across: Scale, up: Scale) -> Iterator[str]:
    """Lines through neighbours; where a value is missing there is a gap."""
    path = ""
    for place, value in points:
        if value is None:
            if "L" in path:
                yield path
            path = ""
        else:
            path += f"{'L' if path else 'M'}{across(place)} {up(value)}"
    if "L" in path:
        yield path


def _steps(points: Sequence[tuple[int, float]], across: Scale, *, back: bool = False) -> str:
    """Each month's level over the month's width."""
    corners = [corner for place, y in points for corner in ((across(place - 0.5), y), (across(place + 0.5), y))]
    ordered = reversed(corners) if back else corners
    return "M" + "L".join(f"{x} {y}" for x, y in ordered)
