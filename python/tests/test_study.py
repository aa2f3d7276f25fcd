"""What is asked in Python is what the binary is asked: keywords, mappings, texts and files."""

from __future__ import annotations

import datetime
import inspect
import re
from pathlib import Path
from typing import Any

import numpy
import polars
import pytest
from conftest import COUNTED, MARCH, ROOT, check_counted, without_inputs

import giamtang as gt
from giamtang import _study, _toml
from giamtang._frames import Handover

if __import__("sys").version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WAS = "2023-03-01..2023-03-31"


def written(study: Any = None, **asking: Any) -> dict[str, Any]:
    """The study as the binary would read it."""
    with Handover() as handover:
        own = _study.asked(study, asking, handover)
    assert own.arguments == ["--", "-"] and own.stdin is not None
    return tomllib.loads(own.stdin.decode())


def options(study: Any, **asking: Any) -> list[str]:
    with Handover() as handover:
        return _study.asked(study, asking, handover).arguments


@pytest.mark.parametrize(
    "value",
    [
        "text",
        'with "quotes", a \\ and a \n line',
        "Phường Tây Hồ\u202e\x7f\x00",
        "",
        True,
        7,
        -0.5,
        1e300,
        [],
        ["a", 1, [True]],
        {"a b": {"c.d": 1, "": "e"}},
        {"treated": {"Phường Tây Hồ": "2024-02-01"}},
    ],
)
def test_what_is_written_as_toml_is_read_as_it_was(value: Any) -> None:
    assert tomllib.loads(f"value = {_toml.inline(value)}") == {"value": value}
    assert (
        tomllib.loads(_toml.document({"value": value, "table": {"key": value}}))
        == {"value": value, "table": {"key": value}}
        if not isinstance(value, dict)
        else True
    )


def test_values_of_other_libraries_are_written_too() -> None:
    own = {
        "a": numpy.int64(3),
        "b": numpy.float64(0.5),
        "c": numpy.bool_(True),
        "d": datetime.date(2024, 2, 1),
        "e": Path("x/y"),
    }
    assert tomllib.loads(_toml.document({"t": own}))["t"] == {
        "a": 3,
        "b": 0.5,
        "c": True,
        "d": "2024-02-01",
        "e": "x/y",
    }
    assert tomllib.loads(_toml.document({"t": {"f": datetime.datetime(2024, 2, 1, 9), "g": None, "h": (1, 2)}}))[
        "t"
    ] == {
        "f": "2024-02-01",
        "h": [1, 2],
    }
    for wrong in (float("nan"), float("inf"), object(), b"bytes"):
        with pytest.raises(gt.StudyError, match="`compare.level` cannot be"):
            _toml.inline(wrong, "compare", "level")


def test_keywords_are_keys_of_the_study() -> None:
    own = written(
        was=WAS,
        is_=(datetime.date(2024, 3, 1), "2024-03-31"),
        cluster="none",
        by="channel",
        standardise=["procedure"],
        reform=datetime.date(2024, 1, 31),
        treated={"A": datetime.date(2024, 2, 1)},
        counting=766,
        level=0.9,
        calendar="vietnam",
        zone="Asia/Ho_Chi_Minh",
        columns={"unit": "DonViXuLy", "surveys": {"score": "DanhGia"}},
        values={"outcome": {"Đã trả kết quả": "granted"}},
        kpis=[{"id": "a/b", "name": {"en": "n"}, "share": "true"}],
        set={
            "verdict.without": ["satisfaction/top_two_box"],
            "surveys": {"scale": "0..10"},
            "tariff.income_per_hour.citizen.year": 2024,
        },
        cases=["a/*.csv", {"path": "b.csv", "set": {"unit": "M1"}}],
    )
    assert own == {
        "study": {"name": "study", "zone": "Asia/Ho_Chi_Minh"},
        "windows": {"was": WAS, "is": MARCH},
        "compare": {
            "cluster": "none",
            "by": ["channel"],
            "standardise": ["procedure"],
            "reform": "2024-01-31",
            "treated": {"A": "2024-02-01"},
            "counting": "766",
            "level": 0.9,
        },
        "calendar": {"base": "vietnam"},
        "columns": {"unit": "DonViXuLy", "surveys": {"score": "DanhGia"}},
        "values": {"outcome": {"Đã trả kết quả": "granted"}},
        "verdict": {"without": ["satisfaction/top_two_box"]},
        "surveys": {"scale": "0..10"},
        "tariff": {"income_per_hour": {"citizen": {"year": 2024}}},
        "kpi": [{"id": "a/b", "name": {"en": "n"}, "share": "true"}],
        "log": {"cases": ["a/*.csv", {"path": "b.csv", "set": {"unit": "M1"}}]},
    }


def test_a_mapping_is_a_study_and_keywords_change_it() -> None:
    study = {
        "study": {"name": "Mine"},
        "compare": {"cluster": "unit", "level": 0.9},
        "log": {"cases": "x.csv"},
        "windows.is": MARCH,
    }
    own = written(study, cluster="none", cases="y.csv")
    assert own == {
        "study": {"name": "Mine"},
        "compare": {"cluster": "none", "level": 0.9},
        "log": {"cases": ["y.csv"]},
        "windows": {"is": MARCH},
    }
    assert study["compare"] == {"cluster": "unit", "level": 0.9}, "the caller's own is left alone"


def test_a_file_is_changed_by_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert options("a.toml", by="unit", columns={"unit": "U"}, cases="x.csv", calendar={"base": "vietnam"}) == [
        '--set=compare.by=["unit"]',
        '--set=calendar.base="vietnam"',
        '--set=columns.unit="U"',
        f'--set=log.cases=["{tmp_path}/x.csv"]',
        "--",
        "a.toml",
    ]
    assert options(Path("-a.toml")) == ["--", "-a.toml"]
    with pytest.raises(gt.StudyError, match=r"`a\.b` cannot be set beside a study"):
        options("a.toml", columns={"a.b": "c"})
    for wrong in ({"study": "-"}, {"study": {}, "cases": "-"}):
        with pytest.raises(gt.StudyError, match="a notebook has no"):
            options(**wrong)


def test_every_way_to_say_a_study_gives_the_same_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    polars.DataFrame(COUNTED).write_csv("march.csv")
    text = f'[log]\ncases = ["march.csv"]\n[calendar]\nbase = "vietnam"\n[windows]\nis = "{MARCH}"\n[compare]\ncluster = "unit"\n'
    Path("study.toml").write_text(text, encoding="utf-8")
    Path("other.toml").write_text(text.replace("unit", "none").replace("march", "missing"), encoding="utf-8")
    by_keywords = {"is_": MARCH, "cluster": "unit", "calendar": "vietnam"}
    cards = [
        gt.compare("study.toml", progress=False),
        gt.compare(text, name="study", progress=False),
        gt.compare(tomllib.loads(text), progress=False),
        gt.compare(cases="march.csv", **by_keywords, progress=False),
        gt.compare("other.toml", name="study", cases="march.csv", cluster="unit", progress=False),
    ]
    check_counted(cards[0])
    assert all(own == cards[0] for own in cards[:4])
    # The second study's own file stands in another folder's words.
    assert without_inputs(cards[4])["kpis"] == without_inputs(cards[0])["kpis"]
    assert cards[0].data["inputs"][0]["path"] == "march.csv"


def test_every_key_of_a_study_is_reached() -> None:
    """The binary's own list of keys, each through `set`; and what keywords set are keys of it."""
    source = (ROOT / "src" / "study" / "keys.rs").read_text(encoding="utf-8")
    known = re.findall(r'^    "([a-z_.*]+)",$', source.partition("const KEYS")[2].partition("];")[0], re.MULTILINE)
    assert len(known) > 100
    for key in known:
        path = key.replace("*", "name").split(".")
        inner: Any = written(set={".".join(path): "value"})
        for name in path:
            inner = inner[name]
        assert inner == "value"
    tables = {key.partition(".")[0] for key in known}
    for keyword, (key, _) in _study.KEYS.items():
        assert key in known or key in tables, keyword


def test_signatures_name_every_keyword() -> None:
    asking = list(_study.Asking.__annotations__)
    own = list(inspect.signature(gt.compare).parameters)
    assert [name for name in own if name in asking] == asking
    assert set(asking) == set(_study.KEYS) | set(_study.TABLES) | {"set", "window"}
    for name in asking:
        assert f"``{name}``" in (gt.compare.__doc__ or "") or f"``{name}=" in (gt.compare.__doc__ or ""), name
    with pytest.raises(TypeError, match="clustre"):
        gt.check(cases="x.csv", clustre="unit")  # type: ignore[call-arg]


def test_one_window_alone(tmp_path: Path) -> None:
    study = {"windows": {"was": WAS, "is": MARCH}}
    assert written(study, window=("2024-03-01", "2024-03-10"))["windows"] == {"is": "2024-03-01..2024-03-10"}
    assert options("a.toml", window=MARCH) == [f"--window={MARCH}", "--", "a.toml"]
    with pytest.raises(gt.StudyError, match="`window` is one window alone, and `is_` one of two"):
        written(study, window=MARCH, is_=MARCH)


def test_windows_that_are_none_are_refused() -> None:
    for wrong in (7, ("2024-03-01",), (1, 2)):
        with pytest.raises(gt.StudyError, match="is no (window|day)"):
            written(is_=wrong)
