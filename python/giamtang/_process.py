"""Running the binary: all three streams at once, progress as it comes, and an end whatever happens."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from . import errors
from ._binary import binary
from .progress import Telling, teller

#: Seconds that the binary has to end when it is told to, before it is ended.
_PATIENCE = 5.0

#: The characters of a line on a page that the binary lays out.
_WIDTH = 96


@dataclass(frozen=True)
class Output:
    """What the binary left behind."""

    code: int
    text: str
    #: What it said on standard error, without its own name before it.
    said: str

    def error(self, result: Any = None) -> errors.GiamtangError:
        """The exception of its exit code."""
        said = self.said or f"giamtang ended with exit code {self.code} and said nothing"
        if self.code < 0:
            said = f"giamtang was ended by signal {_signal(-self.code)}. {self.said}".strip()
        return errors.of_code(self.code, said, result)


def run(
    arguments: Sequence[str | os.PathLike[str]],
    *,
    stdin: bytes | None = None,
    progress: Telling = False,
    cwd: str | os.PathLike[str] | None = None,
    hide: str | None = None,
) -> Output:
    """Runs the binary to its end; an exit code other than 0 is for the caller to judge.

    Whatever interrupts it, such as the *stop* button of a notebook, ends the binary before it goes on upwards. ``hide`` is
    a folder of ours that nobody needs to read of.
    """
    program = [binary(), *(os.fspath(own) for own in arguments)]
    tell = teller(progress)
    if tell is not None:
        # What follows `--` is named, not asked.
        end = program.index("--") if "--" in program else len(program)
        program[end:end] = ["--progress", "lines"]
    try:
        process = subprocess.Popen(
            program,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=_environment(),
        )
    except OSError as why:
        raise errors.FailedError(
            f"{program[0]}: cannot be run: {why}. Check it, and how long what is asked is."
        ) from why
    try:
        text, said = _Streams(process, stdin).gathered(tell)
        code = process.wait()
    finally:
        # After a proper end this does nothing.
        _end(process)
        if tell is not None:
            tell.finish()
    if hide:
        text, said = (_hidden(part, hide) for part in (text, said))
    return Output(code, text, said)


def _environment() -> dict[str, str]:
    """The environment, without what makes programs write colours: a notebook asks for them, and an exception has none."""
    own = {name: value for name, value in os.environ.items() if name not in ("CLICOLOR_FORCE", "FORCE_COLOR")}
    return {"COLUMNS": str(_WIDTH), **own, "NO_COLOR": "1"}


class _Streams:
    """The three streams, each with a thread of its own: a pipe that nobody reads stops the program behind it."""

    def __init__(self, process: subprocess.Popen[bytes], stdin: bytes | None) -> None:
        self._events: queue.SimpleQueue[tuple[str, bytes | None]] = queue.SimpleQueue()
        assert process.stdout is not None and process.stderr is not None
        self._start(self._read_all, process.stdout)
        self._start(self._read_lines, process.stderr)
        if process.stdin is not None:
            self._start(self._feed, process.stdin, stdin or b"")

    @staticmethod
    def _start(work: Any, *arguments: Any) -> None:
        threading.Thread(target=work, args=arguments, daemon=True, name="giamtang").start()

    def _read_all(self, stream: IO[bytes]) -> None:
        with stream:
            self._events.put(("text", stream.read()))

    def _read_lines(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self._events.put(("line", line))
        self._events.put(("lines", None))

    @staticmethod
    def _feed(stream: IO[bytes], data: bytes) -> None:
        try:
            with stream:
                stream.write(data)
        except OSError:
            pass  # It ended without reading all of it, and says why itself.

    def gathered(self, tell: Any) -> tuple[str, str]:
        """Standard output and standard error; progress is told on the way, in the thread of the caller."""
        text, lines, open_streams = b"", [], 2
        while open_streams:
            try:
                # An interrupt is heard between two waits, where the system does not break one off for it.
                kind, data = self._events.get(timeout=0.5)
            except queue.Empty:
                continue
            if kind == "line" and data is not None:
                line = data.decode("utf-8", "replace")
                if tell is None or not _told(tell, line):
                    lines.append(line)
                continue
            open_streams -= 1
            if kind == "text" and data is not None:
                text = data
        return text.decode("utf-8", "replace"), _words("".join(lines))


def _told(tell: Any, line: str) -> bool:
    """Whether the line was progress; then it is told."""
    if not line.startswith('{"done":'):
        return False
    try:
        counted = json.loads(line)
    except ValueError:
        return False
    tell.tell(counted["done"], counted.get("of"))
    return True


def _words(text: str) -> str:
    """What was said, without the name of the program before it."""
    names = ("giamtang: ", "error: ")
    lines = []
    for line in text.strip().splitlines():
        for name in names:
            line = line.removeprefix(name)
        lines.append(line)
    return "\n".join(lines)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the binary where it runs, and waits until it is gone; a second interrupt ends the waiting, and it at once."""
    if process.poll() is not None:
        return
    try:
        process.terminate()
        process.wait(_PATIENCE)
    except BaseException:
        process.kill()
        process.wait()


def _hidden(text: str, folder: str) -> str:
    """The text without a folder of ours, also as JSON writes it."""
    for shown in {folder, json.dumps(folder, ensure_ascii=False)[1:-1]}:
        text = text.replace(shown + "/", "").replace(shown + os.sep, "")
    return text


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
