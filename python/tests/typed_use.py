"""How the package is used, for the type checker alone: nothing here runs."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, assert_type

import giamtang as gt

if TYPE_CHECKING:
    import polars


def use(frame: polars.DataFrame) -> None:
    card = gt.compare("study.toml")
    card = gt.compare(
        cases=frame, was="2023-02-15..2023-07-31", is_=(datetime.date(2024, 2, 15), "2024-07-31"), cluster="unit"
    )
    assert_type(card, gt.Card)
    assert_type(card.kpi("time/on_time"), gt.Kpi)
    assert_type(card.kpi("time/on_time").is_.value, float | None)
    assert_type(card.kpi("time/on_time").was, gt.Figure | None)
    assert_type(card.axes, tuple[gt.Axis, ...])
    assert_type(card.to_polars(), "polars.DataFrame")
    assert_type(card.plot("time/on_time"), gt.Plot)
    assert_type(card.explain("time/on_time"), gt.Text)
    assert_type(gt.check("study.toml", cases=frame, cluster="none"), gt.Check)
    assert_type(gt.due("2024-04-25", "5 working days").due, str)
    gt.compare(clustre="unit")  # type: ignore[call-arg]
    gt.check(clustre="unit")  # type: ignore[call-arg]
