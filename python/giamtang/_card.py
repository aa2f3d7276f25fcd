"""The scorecard and what is on it."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from . import _html, _tidy
from ._numbers import Digits, count, percent
from ._svg import Chart, esc
from ._words import Json, Lang, say, sentence, shown, unit, verdict, why
from .errors import FailedError, MissingLibraryError, StudyError, UnknownNameError

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

#: How a page of its own lies.
_BODY = "font-family:system-ui,sans-serif;max-width:75em;margin:2em auto;padding:0 1em"

#: The contract that this package reads; additions to it keep the number.
SCHEMA = "giamtang.scorecard/1"


@dataclass(frozen=True)
class Undefined:
    """Why a figure does not exist: never 0, never an empty text."""

    #: The reason as one word, such as ``no_column``.
    code: str
    #: The reason in words, or the name of the column that is missing.
    detail: str

    def __str__(self) -> str:
        return why({"undefined": self.code, "detail": self.detail}, "en")


def _undefined(own: Any) -> Undefined | None:
    return Undefined(own["undefined"], own["detail"]) if isinstance(own, Mapping) and "undefined" in own else None


@dataclass(frozen=True)
class Interval:
    """A value with its limits; what is absent is None, with the reason beside it."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    #: Why there is no value.
    why: Undefined | None = None
    #: Why a limit is absent.
    why_no_interval: Undefined | None = None

    @classmethod
    def _of(cls, own: Json) -> Interval:
        absent = _undefined(own)
        if absent:
            return cls(why=absent)
        return cls(own["value"], own.get("low"), own.get("high"), None, _undefined(own.get("limits")))


@dataclass(frozen=True)
class Figure(Interval):
    """A KPI in one window."""

    #: Rows in the denominator.
    n: int | None = None
    #: Hits of a share, finished rows of a time, rows of a mean.
    events: int | None = None
    #: Rows that the KPI leaves out.
    excluded: int | None = None
    #: Rows whose horizon had not passed.
    immature: int | None = None
    #: Rows without a date of the anchor.
    undated: int | None = None
    #: Clusters with a row.
    clusters: int | None = None
    #: Degrees of freedom of the interval.
    df: float | None = None
    #: The method of the interval.
    method: str | None = None

    @classmethod
    def _of(cls, own: Json) -> Figure:
        names = ("n", "events", "excluded", "immature", "undated", "clusters", "df", "method")
        absent = _undefined(own)
        if absent:
            return cls(why=absent)
        limits = (own["value"], own.get("low"), own.get("high"), None, _undefined(own.get("limits")))
        return cls(*limits, **{name: own.get(name) for name in names})


@dataclass(frozen=True)
class Change(Interval):
    """The second window against the first, in the KPI's unit; shares differ in points of 0.01."""

    #: The same as a part of the first window's figure.
    relative: Interval = field(default_factory=Interval)
    #: The two-sided p of no change.
    p: float | None = None
    #: Why there is no test.
    why_no_test: Undefined | None = None
    #: The same p among all KPIs that have one: Benjamini and Hochberg.
    q: float | None = None
    #: The same among the headlines: Holm.
    p_holm: float | None = None
    df: float | None = None
    standard_error: float | None = None
    method: str | None = None
    #: Both windows, where the change is at a fixed mix.
    was: float | None = None
    is_: float | None = None

    @classmethod
    def _of(cls, own: Json) -> Change:
        absent = _undefined(own)
        if absent:
            return cls(why=absent, relative=Interval(why=absent))
        gap, p = own["absolute"], own["p"]
        return cls(
            value=gap["value"],
            low=gap.get("low"),
            high=gap.get("high"),
            why_no_interval=_undefined(gap.get("limits")),
            relative=Interval._of(own["relative"]),
            p=None if isinstance(p, Mapping) else p,
            why_no_test=_undefined(p),
            was=own.get("was"),
            is_=own.get("is"),
            **{name: own.get(name) for name in ("q", "p_holm", "df", "standard_error", "method")},
        )


@dataclass(frozen=True)
class Axis:
    """One axis of the reform, and whether its improvement is shown."""

    id: str
    #: The name in English and in Vietnamese, by ``"en"`` and ``"vi"``.
    name: Mapping[str, str]
    #: ``shown``, ``not_shown``, ``worsened`` or ``not_measured``.
    verdict: str
    #: The id of the KPI that leads it.
    headline: str
    #: Why the verdict is what it is: what was found of the headline and of each guard.
    because: tuple[str, ...]


@dataclass(frozen=True)
class Kpi:
    """One KPI in both windows, its change, and what it comes to."""

    #: The object of the JSON contract, with everything that has no field here.
    data: Json = field(repr=False)
    lang: Lang = field(default="en", repr=False)
    _card: Card | None = field(default=None, repr=False, compare=False)

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def axis(self) -> str | None:
        """The axis's id; None of a KPI of the study's own that names none."""
        return self.data.get("axis")

    @property
    def name(self) -> Mapping[str, str]:
        """The name in English and in Vietnamese, by ``"en"`` and ``"vi"``."""
        return self.data["name"]  # type: ignore[no-any-return]

    @property
    def unit(self) -> str:
        return str(self.data["unit"])

    @property
    def better(self) -> str:
        """``lower``, ``higher`` or ``neither``."""
        return str(self.data["better"])

    @cached_property
    def was(self) -> Figure | None:
        """The window before; None where the study has one window."""
        return Figure._of(self.data["was"]) if "was" in self.data else None

    @cached_property
    def is_(self) -> Figure:
        """The window after."""
        return Figure._of(self.data["is"])

    @cached_property
    def change(self) -> Change:
        """The crude change between the windows."""
        return Change._of(self.data["change"])

    @cached_property
    def adjusted(self) -> Change:
        """The change at a fixed mix."""
        return Change._of(self.data["adjusted"])

    @property
    def judged(self) -> Change:
        """The change that the verdict is of: at a fixed mix, where that is known."""
        return self.change if self.adjusted.why else self.adjusted

    @property
    def verdict(self) -> str | None:
        """``improved``, ``worsened``, ``no_clear_change`` or ``not_comparable``; None where nothing is judged."""
        return self.data.get("verdict")

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader should know beside it."""
        return tuple(self.data["flags"])

    @property
    def series(self) -> Json | None:
        """The KPI by month, as the JSON contract has it; None where there is none."""
        return self._card._series(self.id) if self._card else None

    def plot(self) -> Plot:
        """The KPI as a picture: by month where the card has it so, else both windows with their intervals."""
        if self._card is None:
            raise StudyError("a KPI without its card cannot be drawn. Draw it by `card.plot(kpi)`.")
        return Plot(Chart(self.data, self.series, self._card.data["study"], self.lang))

    def explain(self) -> Text:
        """The KPI's definition, with its worked example."""
        if self._card is None:
            raise StudyError("a KPI without its card cannot be explained. Ask `giamtang.explain(id)`.")
        return self._card.explain(self.id)

    def __str__(self) -> str:
        digits = Digits.of(self.data, self.lang)
        windows = [own.value for own in (self.was, self.is_) if own is not None]
        told = " → ".join("–" if value is None else digits.value(value) for value in windows)
        parts = [shown(self.name[self.lang]), told, unit(self.data, self.lang)]
        change = _html.difference(self.data, _html.judged_of(self.data) or self.data["change"], digits, self.lang)
        parts += [f"({change})"] if change else []
        parts += [" ".join(verdict(self.verdict, self.lang))] if self.verdict else []
        return " ".join(part for part in parts if part)

    def _repr_html_(self) -> str:
        if self._card is None:
            return _html.wrapped([f"<p>{esc(self)}</p>"])
        page = _html.Page(self._card.data, self.lang)
        return _html.wrapped([page._table([self.data]), self.plot().svg])


#: What has an id.
Named = TypeVar("Named", Axis, Kpi)


@dataclass(frozen=True)
class Group:
    """The KPIs of a part of the log: of an office, say, or of a kind of applicant."""

    #: The names of the group by column; None is of rows that name none.
    by: Mapping[str, str | None]
    kpis: tuple[Kpi, ...]

    def kpi(self, id: str) -> Kpi:
        """The KPI of that id."""
        return _named(self.kpis, id, "a KPI of the group")


#: Whatever a page's own style makes of such texts.
_PRE = "white-space:pre-wrap;font-family:ui-monospace,monospace;font-size:.9em;line-height:1.35"


class Text(str):
    """A text that a notebook shows as it stands."""

    def _repr_html_(self) -> str:
        return _html.wrapped([f'<pre style="{_PRE}">{_html.esc_lines(self)}</pre>'])

    def __repr__(self) -> str:
        return str(self)


class Plot:
    """A picture of a KPI; a notebook shows it, and :meth:`save` writes it."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    @property
    def svg(self) -> str:
        """The picture as it stands in a page."""
        return self._chart.svg()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the picture as a file of its own, with its own colours for light and for dark."""
        return _written(path, self._repr_svg_() + "\n")

    def _repr_svg_(self) -> str:
        return self._chart.svg(alone=True)

    def _repr_html_(self) -> str:
        return _html.wrapped([self.svg])

    def __repr__(self) -> str:
        return f"Plot({self._chart.row['id']!r})"


class Card:
    """Every KPI in both windows, with what it comes to.

    A notebook shows it as tables and charts; :attr:`data` is the JSON contract ``giamtang.scorecard/1`` itself.
    """

    def __init__(
        self, data: Json, *, lang: Lang = "en", _own: tuple[Sequence[str], bytes | None] | None = None
    ) -> None:
        if data.get("schema") != SCHEMA:
            raise StudyError(f"this is no scorecard of the contract `{SCHEMA}`, but `{data.get('schema')}`.")
        self.data = data
        #: The language that the card is shown in.
        self.lang = lang
        self._own = _own

    # --- what is on it ------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The study's name."""
        return str(self.data["study"]["name"])

    @property
    def study(self) -> Json:
        """The study with every setting and every default: ``card.study["was"]``, ``card.study["defaults"]``."""
        return self.data["study"]  # type: ignore[no-any-return]

    @property
    def reconciliation(self) -> Json:
        """What became of every row: read = accepted + quarantined, and the rules that were broken."""
        return self.data["reconciliation"]  # type: ignore[no-any-return]

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of the reform with their verdicts; none where there is one window."""
        axes = self.data["axes"]
        return tuple(
            Axis(own["id"], own["name"], own["verdict"], own["headline"], tuple(own["because"])) for own in axes
        )

    def axis(self, id: str) -> Axis:
        """The axis of that id."""
        return _named(self.axes, id, "an axis of the card")

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """The KPIs, in the catalogue's order."""
        return self._rows(self.data["kpis"])

    def kpi(self, id: str) -> Kpi:
        """The KPI of that id, such as ``time/on_time``."""
        return _named(self.kpis, id, "a KPI of the card; `card.kpis` has them all")

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The drill-down, sorted by name; none where the study asks for none."""
        return tuple(Group(own["by"], self._rows(own["kpis"])) for own in self.data["groups"])

    @cached_property
    def applicants(self) -> tuple[Group, ...]:
        """The KPIs of the first axis by kind of applicant, where the log has it."""
        return tuple(Group(own["by"], self._rows(own["kpis"])) for own in self.data.get("applicants", []))

    def _rows(self, rows: Sequence[Json]) -> tuple[Kpi, ...]:
        return tuple(Kpi(row, self.lang, self) for row in rows)

    def _series(self, id: str) -> Json | None:
        return next((own for own in self.data.get("series", []) if own["id"] == id), None)

    def __iter__(self) -> Iterator[Kpi]:
        return iter(self.kpis)

    def __len__(self) -> int:
        return len(self.kpis)

    def __getitem__(self, id: str) -> Kpi:
        return self.kpi(id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Card) and self.data == other.data

    __hash__ = None  # type: ignore[assignment]

    # --- frames -------------------------------------------------------------------------------------------------------

    def to_polars(self) -> polars.DataFrame:
        """Everything as a tidy polars frame: one row per KPI, group and figure, with the columns of ``--format csv``.

        What is absent is null, with the reason in ``why`` or ``why_no_interval``.
        """
        library = _library("polars")
        kinds = {str: library.String, float: library.Float64, int: library.Int64}
        types, values = _tidy.columns(self.data)
        schema = {name: kinds[kind] for name, kind in types.items()}
        return cast("polars.DataFrame", library.DataFrame(values, schema=schema))

    def to_pandas(self) -> pandas.DataFrame:
        """The same as a pandas frame; its types are the nullable ones, so that what is absent is ``<NA>``."""
        library = _library("pandas")
        kinds = {str: "string", float: "Float64", int: "Int64"}
        types, values = _tidy.columns(self.data)
        arrays = {name: library.array(values[name], dtype=kinds[kind]) for name, kind in types.items()}
        return cast("pandas.DataFrame", library.DataFrame(arrays))

    def to_arrow(self) -> pyarrow.Table:
        """The same as a table of pyarrow."""
        library = _library("pyarrow")
        kinds = {str: library.string(), float: library.float64(), int: library.int64()}
        types, values = _tidy.columns(self.data)
        arrays = {name: library.array(values[name], kinds[kind]) for name, kind in types.items()}
        return cast("pyarrow.Table", library.table(arrays))

    # --- pictures and words -------------------------------------------------------------------------------------------

    def plot(self, kpi: str) -> Plot:
        """A KPI as a picture: by month with its limits and the reform, else both windows."""
        return self.kpi(kpi).plot()

    def explain(self, kpi: str) -> Text:
        """A KPI's definition, what it counts, when it is undefined, what to beware of, and a worked example."""
        from .verbs import explained

        arguments, stdin = self._own or ((), None)
        return explained(self.kpi(kpi).id, arguments, stdin, self.lang)

    def in_(self, lang: Lang) -> Card:
        """The same card in another language: ``card.in_("vi")``."""
        return Card(self.data, lang=lang, _own=self._own)

    def to_html(self) -> str:
        """The card as a notebook shows it, for a page of one's own."""
        return _html.Page(self.data, self.lang).html()

    def to_json(self) -> str:
        """The JSON contract."""
        return json.dumps(self.data, ensure_ascii=False, indent=2) + "\n"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Keeps the card: as JSON, or as a page where the path ends in ``.html``."""
        target = Path(path)
        if target.suffix.lower() != ".html":
            return _written(target, self.to_json())
        head = f'<meta name="color-scheme" content="light dark"><title>{esc(self.name)}</title>'
        page = f'<!doctype html><meta charset="utf-8">{head}<body style="{_BODY}">{self.to_html()}'
        return _written(target, page + "\n")

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, lang: Lang = "en") -> Card:
        """A card that was kept as JSON, by :meth:`save` or by ``giamtang compare --format json -o PATH``."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except OSError as why_not:
            raise FailedError(f"{os.fspath(path)}: cannot be read: {why_not.strerror}.") from why_not
        try:
            return cls(json.loads(text), lang=lang)
        except (ValueError, AttributeError) as why_not:
            if isinstance(why_not, StudyError):
                raise
            raise StudyError(f"{os.fspath(path)}: this is no scorecard as JSON.") from why_not

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        """The axes and the headlines, line by line."""
        lang, study = self.lang, self.study
        was = f"{say('was', lang)} {study['was']} → " if "was" in study else ""
        lines = [shown(self.name), f"{was}{say('is', lang)} {study['is']} · {percent(study['level'], lang)}"]
        for axis in self.axes:
            because = shown(sentence(axis.because, self.data["kpis"], lang))
            lines.append(f"{' '.join(verdict(axis.verdict, lang))}: {axis.name[lang]}. {because}")
        lines.append(f"{count(len(self.kpis), lang)} {say('kpi', lang)} · {_html.identity(self.reconciliation, lang)}")
        return "\n".join(lines)


def _named(items: Sequence[Named], id: str, of: str) -> Named:
    found = next((item for item in items if item.id == id), None)
    if found is not None:
        return found
    near = difflib.get_close_matches(str(id), [item.id for item in items], n=1)
    hint = f" (did you mean `{near[0]}`?)" if near else ""
    raise UnknownNameError(f"`{shown(id)}` is not {of}{hint}. Correct it.")


def _library(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise MissingLibraryError(
            f"`to_{name.removeprefix('py')}` needs {name}, which is not installed. Run: pip install {name}"
        ) from None


def _written(path: str | os.PathLike[str], text: str) -> Path:
    """Written beside and renamed: whoever reads sees the old file or the new one."""
    target = Path(path)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with open(beside, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(beside, target)
    except OSError as why_not:
        beside.unlink(missing_ok=True)
        raise FailedError(f"{target}: cannot be written: {why_not.strerror}. Nothing was changed.") from why_not
    return target
