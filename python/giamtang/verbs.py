"""The binary's verbs as functions."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from . import _html, _toml
from ._card import Card, Text
from ._frames import Handover
from ._process import Output, run
from ._study import Asking, Day, StudyLike, TableLike, Window, asked
from ._words import Json, Lang
from .errors import QuarantineError, StudyError
from .progress import Telling

#: What an output is read as.
Read = TypeVar("Read")

if TYPE_CHECKING:
    from typing_extensions import Unpack


def compare(
    study: StudyLike = None,
    *,
    cube: str | os.PathLike[str] | None = None,
    cases: TableLike = None,
    events: TableLike = None,
    procedures: TableLike = None,
    roster: TableLike = None,
    surveys: TableLike = None,
    petitions: TableLike = None,
    units: TableLike = None,
    ledger: TableLike = None,
    tasks: TableLike = None,
    was: Window | None = None,
    is_: Window | None = None,
    window: Window | None = None,
    cluster: str | None = None,
    by: str | Sequence[str] | None = None,
    standardise: str | Sequence[str] | None = None,
    reform: Day | None = None,
    treated: Sequence[str] | Mapping[str, Day] | None = None,
    counting: str | int | None = None,
    level: float | None = None,
    horizon: str | None = None,
    follow_up: str | None = None,
    pauses: str | None = None,
    series: Window | None = None,
    longer: str | None = None,
    restricted: str | None = None,
    as_of: Day | None = None,
    calendar: str | Mapping[str, Any] | None = None,
    zone: str | None = None,
    name: str | None = None,
    salt: str | None = None,
    profile: str | None = None,
    ids: str | None = None,
    columns: Mapping[str, Any] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
    format: Mapping[str, Any] | None = None,
    milestones: Mapping[str, Any] | None = None,
    tariff: Mapping[str, Any] | None = None,
    kpis: Sequence[Mapping[str, Any]] | None = None,
    set: Mapping[str, Any] | None = None,
    max_quarantine: float | None = None,
    threads: int | None = None,
    lang: Lang = "en",
    progress: Telling = None,
) -> Card:
    """Compares the two windows of a study, and gives the scorecard.

    The study is a file, its text, or a mapping as TOML reads it; keywords change its keys, and without a study they are it::

        gt.compare("study.toml")
        gt.compare("study.toml", cases=frame, cluster="none")
        gt.compare(cases=frame, was="2023-02-15..2023-07-31", is_="2024-02-15..2024-07-31", cluster="unit")
        gt.compare(cube="city.cube")

    Tables
        ``cases`` (or ``events``), ``procedures``, ``roster``, ``surveys``, ``petitions``, ``units``, ``ledger``, ``tasks``:
        each a path or glob, a frame of polars (also lazy), pandas or pyarrow, a mapping with a ``path`` and values to
        ``set``, or a list of these.

    Windows
        ``was`` and ``is_``: ``"first..last"`` or a pair of days, both included. ``window`` is one alone, also of a study that
        has two: figures without changes. ``as_of`` looks back from a day; ``series`` are the months to draw.

    Comparison
        ``cluster`` (what is sampled together, or ``"none"``), ``by`` (drill-down), ``standardise`` (the mix to hold fixed),
        ``reform`` (its day), ``treated`` (units that reformed, or their days), ``counting``, ``level``, ``horizon``,
        ``follow_up``, ``pauses``, ``longer``, ``restricted``.

    Log
        ``columns`` (canonical name: source column; of other tables ``{"surveys": {"score": "…"}}``), ``values`` (by column,
        source value: canonical value), ``format``, ``milestones``, ``profile``, ``ids``, ``zone``, ``calendar`` (a built-in
        one, or its keys), ``tariff``, ``kpis`` (KPIs of one's own), ``name`` and ``salt`` of the study.

    Any other key of a study goes through ``set``: ``set={"verdict.without": ["satisfaction/top_two_box"]}``.

    :param cube: a cube instead of a study; it has its settings in it, so nothing else may be asked.
    :param max_quarantine: the share of rows that may be set aside; 0.05 if not said.
    :param threads: workers; the results are the same.
    :param lang: the language that the card is shown in.
    :param progress: a bar where somebody looks; ``False`` for none, or a function that is told ``(done, of)``.
    :raises StudyError: a mistake in the study or in what is asked, with what to do.
    :raises QuarantineError: too much was set aside; the card is in its ``card``.
    :raises FailedError: an input cannot be read.
    """
    told = locals()
    asking: Any = {name: told[name] for name in Asking.__annotations__}
    options = ["compare", "--format", "json", *_options(max_quarantine, threads)]
    if cube is not None:
        return _of_cube(cube, study, asking, options, lang)
    with Handover() as handover:
        own = asked(study, asking, handover)
        output = run([*options, *own.arguments], stdin=own.stdin, progress=progress, hide=own.folder)
    return _judged(
        output, lambda text: Card(json.loads(text), lang=lang, _own=_own(study, kpis or (set or {}).get("kpi")))
    )


def _of_cube(cube: Any, study: StudyLike, asking: Mapping[str, Any], options: list[str], lang: Lang) -> Card:
    if study is not None:
        raise StudyError(
            "either a study or a cube is compared: a cube is of the study it was built with. Leave one out."
        )
    given = next((name for name, value in asking.items() if value is not None), None)
    if given is not None:
        raise StudyError(
            f"`{given}` cannot change a cube: it is of the settings it was built with. Build it again, or leave it out."
        )
    path = os.fspath(cube)
    if path == "-":
        raise StudyError("`-` is the standard input of a program, and a notebook has none. Give the path of a cube.")
    return _judged(run([*options, "--", path]), lambda text: Card(json.loads(text), lang=lang))


def _own(study: StudyLike, kpis: Any) -> tuple[list[str], bytes | None] | None:
    """What to ask of KPIs that the study defines."""
    if kpis is None and isinstance(study, Mapping):
        kpis = study.get("kpi")
    if kpis is not None:
        return ["-"], _toml.document({"kpi": kpis}).encode()
    if study is None or isinstance(study, Mapping):
        return None
    path = os.fspath(study)
    return (["-"], path.encode()) if "\n" in path else ([os.path.abspath(path)], None)


def _options(max_quarantine: float | None = None, threads: int | None = None) -> list[str]:
    options = [] if max_quarantine is None else [f"--max-quarantine={max_quarantine}"]
    return options if threads is None else [*options, f"--threads={threads}"]


def _judged(output: Output, read: Callable[[str], Read]) -> Read:
    """What was printed, or the exception of the exit code; with it goes what was printed all the same."""
    if output.code == 0:
        return read(output.text)
    if output.code in (3, 4) and output.text:
        raise output.error(read(output.text))
    raise output.error()


class _Found(dict):  # type: ignore[type-arg]
    """An object of a JSON contract that a notebook shows as a page."""

    def __init__(self, text: str, lang: Lang) -> None:
        super().__init__(json.loads(text))
        self.lang = lang


class Check(_Found):
    """What became of every row, as the contract ``giamtang.check/1`` has it."""

    @property
    def reconciliation(self) -> Json:
        """read = accepted + quarantined, and the rules that were broken."""
        return self["reconciliation"]  # type: ignore[no-any-return]

    def _repr_html_(self) -> str:
        return _html.check(self, self.lang)

    def __repr__(self) -> str:
        return f"Check({_html.identity(self.reconciliation, self.lang)})"


class Trace(_Found):
    """One dossier, as the contract ``giamtang.trace/1`` has it."""

    def _repr_html_(self) -> str:
        return _html.trace(self, self.lang)

    def __repr__(self) -> str:
        entered = sum(bool(kpi.get("entered")) for kpi in self.get("kpis", []))
        return f"Trace({self['case']!r}, counts in {entered} of {len(self.get('kpis', []))} KPIs)"


class Due(_Found):
    """When a limit ends, as the contract ``giamtang.due/1`` has it."""

    @property
    def due(self) -> str:
        """The day, or the instant."""
        return str(self["due"])

    def __repr__(self) -> str:
        return f"Due({self['from']!r} + {self['limit']!r} = {self.due!r})"


def check(
    study: StudyLike = None,
    *,
    quarantine: str | os.PathLike[str] | None = None,
    max_quarantine: float | None = None,
    threads: int | None = None,
    lang: Lang = "en",
    progress: Telling = None,
    **asking: Unpack[Asking],
) -> Check:
    """Reads a log only: what became of every row, which rules were broken, and what is suspicious.

    :param quarantine: a CSV to write every row set aside to; it names people, so only its owner may read it.
    """
    options = ["check", "--format", "json", "--lang", lang, *_options(max_quarantine, threads)]
    options += [] if quarantine is None else [f"--quarantine={os.path.abspath(quarantine)}"]
    with Handover() as handover:
        own = asked(study, asking, handover)
        output = run([*options, *own.arguments], stdin=own.stdin, progress=progress, hide=own.folder)
    return _judged(output, lambda text: Check(text, lang))


def trace(
    study: StudyLike = None,
    case: str | None = None,
    *,
    threads: int | None = None,
    lang: Lang = "en",
    progress: Telling = None,
    **asking: Unpack[Asking],
) -> Trace:
    """Follows one dossier: its rows, its dates on both clocks, and what it counts in or why not."""
    if case is None:
        raise StudyError('no dossier is named. Give its id: `trace(study, "H26.01-240103-0001")`.')
    options = ["trace", "--format", "json", "--lang", lang, *_options(None, threads)]
    with Handover() as handover:
        own = asked(study, asking, handover)
        output = run([*options, *own.arguments, str(case)], stdin=own.stdin, progress=progress, hide=own.folder)
    return _judged(output, lambda text: Trace(text, lang))


def cube(
    study: StudyLike = None,
    *,
    output: str | os.PathLike[str],
    shard: tuple[int, int] | None = None,
    max_quarantine: float | None = None,
    threads: int | None = None,
    progress: Telling = None,
    **asking: Unpack[Asking],
) -> str:
    """Counts a log into a cube, to be merged with others or compared; gives its path.

    :param shard: the part of the log to count, such as ``(2, 8)``: the second of eight by case id.
    """
    path = os.fspath(output)
    options = ["cube", "build", f"--output={path}", *_options(max_quarantine, threads)]
    options += [] if shard is None else [f"--shard={shard[0]}/{shard[1]}"]
    with Handover() as handover:
        own = asked(study, asking, handover)
        done = run([*options, *own.arguments], stdin=own.stdin, progress=progress, hide=own.folder)
    if done.code == 3:
        raise QuarantineError(done.said, result=path)
    return _judged(done, lambda _: path)


def merge(cubes: Sequence[str | os.PathLike[str]], *, output: str | os.PathLike[str]) -> str:
    """Merges cubes of one plan, in any order; gives the path of the whole."""
    path = os.fspath(output)
    done = run(["cube", "merge", f"--output={path}", "--", *(os.fspath(own) for own in cubes)])
    return _judged(done, lambda _: path)


def show(cube: str | os.PathLike[str]) -> dict[str, Any]:
    """What a cube is of: its study, windows and parts, what it keeps and how much of it."""
    return _judged(run(["cube", "show", "--format", "json", "--", os.fspath(cube)]), json.loads)


def due(
    instant: Day,
    limit: str,
    *,
    calendar: str | None = None,
    study: str | os.PathLike[str] | None = None,
    set: Mapping[str, Any] | None = None,
    lang: Lang = "en",
) -> Due:
    """When a limit such as ``"5 working days"`` ends, by a built-in calendar or that of a study."""
    options = ["due", "--format", "json", "--lang", lang]
    options += [] if calendar is None else [f"--calendar={calendar}"]
    options += [] if study is None else [f"--study={os.fspath(study)}"]
    options += [f"--set={name}={_toml.inline(value, name)}" for name, value in (set or {}).items()]
    text = instant if isinstance(instant, str) else instant.isoformat()
    return _judged(run([*options, "--", text, limit]), lambda text: Due(text, lang))


def catalogue(study: str | os.PathLike[str] | None = None, *, lang: Lang = "en") -> Text:
    """The KPIs, and those of a study beside them."""
    return _page(["list", "--lang", lang], [] if study is None else [os.fspath(study)], None)


def explain(kpi: str, study: str | os.PathLike[str] | None = None, *, lang: Lang = "en") -> Text:
    """A KPI's definition, what it counts, when it is undefined, what to beware of, and a worked example."""
    return explained(kpi, [] if study is None else [os.fspath(study)], None, lang)


def explained(kpi: str, study: Sequence[str], stdin: bytes | None, lang: Lang) -> Text:
    """The same of a study's own KPIs, which may be a text."""
    return _page(["explain", "--lang", lang], [kpi, *study], stdin)


def rules(*, lang: Lang = "en") -> Text:
    """The rules that rows must keep, in the order they are applied."""
    return _page(["explain", "--rules", "--lang", lang], [], None)


def _page(options: Sequence[str], arguments: Sequence[str], stdin: bytes | None) -> Text:
    named = ["--", *arguments] if arguments else []
    return _judged(run([*options, *named], stdin=stdin), Text)


def demo(
    folder: str | os.PathLike[str],
    *,
    cases: int = 10_000,
    seed: int = 766,
    offices: int | None = None,
    events: bool = False,
    format: str = "csv",
    progress: Telling = None,
) -> str:
    """Writes a made-up city with planted effects as a study, to try everything on; gives the path of the study."""
    options = [f"--cases={cases}", f"--seed={seed}", f"--format={format}"]
    options += [] if offices is None else [f"--offices={offices}"]
    options += ["--events"] if events else []
    path = os.fspath(folder)
    done = run(["demo", *options, "--", path], progress=progress)
    return _judged(done, lambda _: os.path.join(path, "study.toml"))


class Gate(_Found):
    """A study held against its targets, as the contract ``giamtang.gate/1`` has it."""

    def __init__(self, text: str, lang: Lang, markdown: str) -> None:
        super().__init__(text, lang)
        #: The list of targets as Markdown, fit for a job's summary.
        self.markdown = markdown

    @property
    def passed(self) -> bool:
        """Whether no target was missed."""
        return bool(self["passed"])

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __repr__(self) -> str:
        return self.markdown


def gate(
    study: StudyLike = None,
    *,
    cube: str | os.PathLike[str] | None = None,
    junit: str | os.PathLike[str] | None = None,
    max_quarantine: float | None = None,
    threads: int | None = None,
    lang: Lang = "en",
    progress: Telling = None,
    **asking: Unpack[Asking],
) -> Gate:
    """Holds a study against its targets; where one is missed :class:`~giamtang.GateMissed` has the list.

    :param cube: a cube of this study; its log is not read again.
    :param junit: a file to write the result to as JUnit XML.
    """
    options = ["gate", "--format", "json", "--lang", lang, *_options(max_quarantine, threads)]
    options += [] if cube is None else [f"--cube={os.fspath(cube)}"]
    options += [] if junit is None else [f"--junit={os.fspath(junit)}"]
    with Handover() as handover:
        page = handover.free("gate.md")
        own = asked(study, asking, handover)
        output = run(
            [*options, f"--markdown={page}", *own.arguments], stdin=own.stdin, progress=progress, hide=own.folder
        )
        markdown = Path(page).read_text(encoding="utf-8") if os.path.exists(page) else ""
    return _judged(output, lambda text: Gate(text, lang, markdown))


def init(
    *logs: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    replace: bool = False,
    lang: Lang = "en",
) -> Text:
    """A commented study for a log that nobody has described yet: each guess with its evidence and what else it could be.

    :param output: where to write the study to; what stands there is left alone unless it is to ``replace`` it.
    """
    options = ["init", "--lang", lang, *(["--replace"] if replace else [])]
    options += [] if output is None else [f"--output={os.fspath(output)}"]
    return _page(options, [os.fspath(own) for own in logs], None)


def schema(of: str = "compare") -> dict[str, Any]:
    """The JSON Schema of what a verb writes: ``"compare"``, ``"check"``, ``"trace"``, ``"due"`` and others."""
    return _judged(run(["schema", "--", of]), json.loads)


def version() -> str:
    """The version of the binary."""
    return _judged(run(["--version"]), lambda text: text.split()[-1])
