"""What is installed: the program, the types, the words about them."""

from __future__ import annotations

import inspect
import re
import struct
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import giamtang as gt

HERE = Path(__file__).resolve().parent


def test_the_wheel_brings_the_program_and_the_types() -> None:
    installed = distribution("giamtang")
    files = {str(path) for path in installed.files or []}
    assert {"giamtang/py.typed", "giamtang/__init__.py", "giamtang/_card.py"} <= files
    program = next(path for path in files if path.endswith("bin/giamtang"))
    assert Path(str(installed.locate_file(program))).resolve() == Path(gt.binary()).resolve()
    assert installed.version == gt.__version__ == gt.version()
    assert not [path for path in files if path.startswith(("tests/", "examples/"))]
    assert not [need for need in installed.requires or [] if "extra" not in need], "nothing is required"


def test_the_program_is_without_its_symbols() -> None:
    """A program with them is several times as large."""
    names = sections(Path(gt.binary()).read_bytes())
    assert ".text" in names and not {".symtab", ".debug_info", ".debug_line"} & names


def sections(program: bytes) -> set[str]:
    """The names of the sections of an ELF file of 64 bits."""
    assert program[:5] == b"\x7fELF\x02"
    (start,) = struct.unpack_from("<Q", program, 0x28)
    size, count, names = struct.unpack_from("<HHH", program, 0x3A)
    heads = [struct.unpack_from("<I20xQQ", program, start + size * place) for place in range(count)]
    _, begin, length = heads[names]
    text = program[begin : begin + length]
    return {text[name : text.index(b"\0", name)].decode() for name, _, _ in heads}


def test_the_package_needs_no_library() -> None:
    """What is imported beside Python's own, with everything else out of reach."""
    code = "import giamtang as gt, sys; gt.Card; print(sorted({name.partition('.')[0] for name in sys.modules} & {'polars', 'pandas', 'pyarrow', 'IPython', 'numpy'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_types_hold(tmp_path: Path) -> None:
    """The package by `mypy --strict`, and a use of it that knows every type."""
    config = str(ROOT / "python" / "pyproject.toml")
    strict = [sys.executable, "-m", "mypy", "--strict", f"--config-file={config}", f"--cache-dir={tmp_path}"]
    for files, folder in (["giamtang"], ROOT / "python"), ([str(HERE / "typed_use.py")], tmp_path):
        done = subprocess.run([*strict, *files], capture_output=True, check=False, cwd=folder)
        assert done.returncode == 0, done.stdout.decode()


def test_everything_public_says_what_it_is() -> None:
    for name in gt.__all__:
        thing = getattr(gt, name)
        assert inspect.getdoc(thing), name
        if inspect.isclass(thing) and thing.__module__.startswith("giamtang"):
            for inner, own in vars(thing).items():
                told = own.func if hasattr(own, "func") else own
                if (
                    not inner.startswith("_")
                    and (callable(told) or isinstance(told, property))
                    and inner not in ("id", "unit")
                ):
                    assert inspect.getdoc(told), f"{name}.{inner}"


def test_the_readmes_section_runs_word_for_word(monkeypatch: pytest.MonkeyPatch) -> None:
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").partition("### From a notebook")[2].partition("\n### ")[0]
    )
    blocks = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 2 and "pip install './python[polars]'" in section
    monkeypatch.chdir(ROOT)
    told: dict[str, Any] = {}
    exec(blocks[0], told)
    first = told["card"]
    exec(blocks[1], told)
    assert told["card"].kpi("time/elapsed_time").judged.value == first.kpi("time/elapsed_time").judged.value
    assert told["card"].kpi("satisfaction/top_two_box").is_ == first.kpi("satisfaction/top_two_box").is_


def test_the_readme_shows_what_there_is() -> None:
    """Every name of ours that the two READMEs speak of exists."""
    for path in (ROOT / "python" / "README.md", ROOT / "README.md"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"\bgt\.([a-z_A-Z]+)", text):
            assert name in dir(gt), f"{path.name}: gt.{name}"
        for name in re.findall(r"\bcard\.([a-z_]+)", text):
            assert hasattr(gt.Card, name), f"{path.name}: card.{name}"
