"""In a real kernel: the example notebook, the bar, and the button that stops."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel
from nbclient import NotebookClient

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "fixture_study.ipynb"

#: A log that takes its time.
LONG = """
import giamtang as gt, polars as pl
number = pl.int_range({rows}, eager=True)
cases = pl.DataFrame({{"case_id": number}}).with_columns(
    received_at=pl.datetime(2024, 3, 1) + pl.duration(minutes=pl.col("case_id") % 40_000),
    unit=pl.format("u{{}}", pl.col("case_id") % 20),
).with_columns(finished_at=pl.col("received_at") + pl.duration(hours=pl.col("case_id") % 97))
asking = dict(cases=cases, is_="2024-03-01..2024-03-31", cluster="unit")
"""


def test_the_example_runs_in_a_kernel() -> None:
    notebook = nbformat.read(EXAMPLE, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "it is kept without outputs"
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(EXAMPLE.parent)}}).execute()
    shown: dict[str, list[Any]] = {cell.source: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}

    def page(start: str) -> str:
        outputs = next(outputs for source, outputs in shown.items() if source.startswith(start))
        return "".join(output.get("data", {}).get("text/html", "") for output in outputs)

    def text(start: str) -> str:
        outputs = next(outputs for source, outputs in shown.items() if source.startswith(start))
        return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs)

    first = page("import giamtang")
    assert "A made-up Hanoi, six months after the merger" in first and "▲ shown" in first and first.count("<svg") > 40
    assert text("for axis in").splitlines()[0] == "Time and cost · not_shown"
    assert text("kpi = ").startswith("On-time rate 75.2 → 89.8 %") and "no column `steps`" in text("kpi = ")
    assert "reform 2024-02" in page('card.plot("time/elapsed_time")') and "40.5" in page(
        'card.plot("procedures/limit")'
    )
    assert "Worked example" in page("card.explain")
    assert text("import polars").strip() == "True"
    assert "adjusted" in page("tidy =")
    assert "expected a column of names in the log, perhaps `officer`" in text("try:")
    assert "conflicting_repeat" in page("gt.check")
    assert "2024-05-06" in text("gt.due")
    assert "Thời gian chờ thực tế" in page('card.in_("vi")')


@pytest.fixture(scope="module")
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager, client = start_new_kernel(kernel_name="python3")
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def messages(client: BlockingKernelClient, asked: str, patience: float = 240.0) -> Iterator[Any]:
    """What the kernel says of a request, until it is idle again."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            message = client.get_iopub_msg(timeout=5)
        except queue.Empty:
            continue
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return
        yield message
    raise AssertionError("the kernel is still busy")


def ran(client: BlockingKernelClient, code: str) -> str:
    """What a cell prints; it must not fail."""
    printed = ""
    for message in messages(client, client.execute(code)):
        assert message["msg_type"] != "error", message["content"]
        printed += message["content"].get("text", "") if message["msg_type"] == "stream" else ""
    return printed


def test_a_bar_is_drawn_and_goes(kernel: tuple[KernelManager, BlockingKernelClient]) -> None:
    _, client = kernel
    ran(client, LONG.format(rows=200_000) + "import giamtang.progress; giamtang.progress._SOON = 0.0")
    said = list(messages(client, client.execute("card = gt.compare(**asking); card.kpi('time/elapsed_time').is_.n")))
    drawn = [own["content"]["data"]["text/html"] for own in said if own["msg_type"] == "display_data"]
    later = [own["content"]["data"]["text/html"] for own in said if own["msg_type"] == "update_display_data"]
    assert len(drawn) == 1 and "<progress" in drawn[0] and 'max="200000"' in drawn[0] and "of 200,000 rows" in drawn[0]
    assert later[-1] == "" and all('max="200000"' in page for page in later[:-1])
    result = next(own for own in said if own["msg_type"] == "execute_result")
    assert result["content"]["data"]["text/plain"] == "200000"


def children(process: int) -> list[str]:
    """The programs that a process has started and that still run."""
    found = []
    for own in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = own.joinpath("stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == process and state != "Z":
                found.append(own.joinpath("cmdline").read_text().partition("\0")[0])
        except OSError:
            continue  # It has just ended.
    return found


def test_the_button_that_stops_a_cell_stops_the_binary(
    kernel: tuple[KernelManager, BlockingKernelClient], tmp_path: Path
) -> None:
    manager, client = kernel
    where = f"import tempfile, os; tempfile.tempdir = {str(tmp_path)!r}; print(os.getpid(), gt.binary())"
    process, program = ran(client, LONG.format(rows=3_000_000) + where).split()
    asked = client.execute("gt.compare(**asking, progress=lambda done, of: print('told', flush=True))")
    errors, stopped, running = [], 0.0, []
    for message in messages(client, asked):
        if message["msg_type"] == "stream" and not stopped:
            running = children(int(process))
            stopped = time.monotonic()
            manager.interrupt_kernel()
        if message["msg_type"] == "error":
            errors.append(message["content"]["ename"])
    assert program in running and os.listdir(tmp_path) == []
    assert errors == ["KeyboardInterrupt"] and time.monotonic() - stopped < 30
    assert program not in children(int(process))
    # The kernel goes on as if nothing had been.
    assert (
        ran(client, "print(gt.compare(**{**asking, 'cases': cases.head(1000)}, progress=False).reconciliation['read'])")
        == "1000\n"
    )
