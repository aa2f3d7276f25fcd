"""Numbers as they are read: as many digits as a row needs, the signs and separators of the language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ._words import Json, Lang

#: Most decimals a figure is shown with.
_MOST = 4


@dataclass(frozen=True)
class Digits:
    """How the numbers of one row are shown."""

    lang: Lang
    decimals: int
    factor: float

    @classmethod
    def of(cls, row: Json, lang: Lang) -> Digits:
        """The same decimals for all numbers of a row, and enough of them that no change looks like none."""
        figures = [own for own in (row.get("was"), row["is"]) if own and "undefined" not in own]
        levels = _known(own.get(end) for own in figures for end in ("value", "low", "high"))
        changes = [row[name]["absolute"] for name in ("change", "adjusted") if "absolute" in row[name]]
        return cls.fitting(
            row["unit"], levels, _known(own.get(end) for own in changes for end in ("value", "low", "high")), lang
        )

    @classmethod
    def fitting(cls, unit: str, levels: list[float], changes: list[float], lang: Lang) -> Digits:
        """The decimals that these levels and changes need."""
        factor = {"share": 100.0, "dong_per_year": 1e-6}.get(unit, 1.0)
        largest = max((abs(level) * factor for level in levels), default=0.0)
        whole = all((abs(value) * factor) % 1.0 < 1e-9 for value in [*levels, *changes])
        if unit == "share":
            decimals = 1
        elif whole or largest >= 1_000.0:
            decimals = 0
        else:
            decimals = 1 if largest >= 10.0 else 2
        while decimals < _MOST and any(0.0 < abs(change) * factor < 0.5 * 0.1**decimals for change in changes):
            decimals += 1
        return cls(lang, decimals, factor)

    def value(self, value: float) -> str:
        """A value."""
        text = decimal(value * self.factor, self.decimals, self.lang)
        return "−" + text if value < 0.0 and not _is_zero(text) else text

    def signed(self, value: float) -> str:
        """A change, with its sign."""
        text = self.value(value)
        return "+" + text if value > 0.0 and not _is_zero(text) else text

    def interval(self, low: float | None, high: float | None, show: Callable[[float], str]) -> str:
        """An interval; an open end is an ellipsis, and no interval is nothing."""
        if low is None and high is None:
            return ""
        ends = ("…" if end is None else show(end) for end in (low, high))
        return "[" + ("; " if self.lang == "vi" else ", ").join(ends) + "]"


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _is_zero(text: str) -> bool:
    return not any(sign.isdigit() and sign != "0" for sign in text)


def decimal(value: float, decimals: int, lang: Lang) -> str:
    """A number with so many decimals, without its sign."""
    text = f"{abs(value):,.{decimals}f}"
    return text.translate(_VIETNAMESE) if lang == "vi" else text


_VIETNAMESE = str.maketrans(",.", ".,")


def count(value: int, lang: Lang) -> str:
    """A count, in groups of three digits."""
    return decimal(value, 0, lang)


def percent(share: float, lang: Lang) -> str:
    """A share in percent, with as many decimals as it has, at most two."""
    sign = "%" if lang == "vi" else " %"
    if 0.0 < share < 0.000_05:
        return f"< {decimal(0.01, 2, lang)}{sign}"
    told = float(f"{share * 100.0:.11e}")
    decimals = next((d for d in (0, 1) if (told * 10**d) % 1.0 == 0.0), 2)
    return decimal(share * 100.0, decimals, lang) + sign


def probability(name: str, value: float, lang: Lang) -> str:
    """A p- or q-value to three decimals."""
    return f"{name} < {decimal(0.001, 3, lang)}" if value < 0.001 else f"{name} {decimal(value, 3, lang)}"
