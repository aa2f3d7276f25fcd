"""Pages of the scorecard, and a browser that sees what each of them does."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[2]
BINARY = os.environ["GIAMTANG_BIN"]
BROWSER = os.environ["GIAMTANG_BROWSER"]
FOLDER = Path(os.environ["GIAMTANG_FOLDER"])
SHOTS = FOLDER / "screenshots"
PAGES = FOLDER / "pages"

LANGUAGES = ["en", "vi"]
THEMES = ["light", "dark"]
# A desk, and a phone.
WIDTHS = [1280, 390]

FIXTURE = "study"
# Studies of real logs, each with the log that it reads; they are told of where the log is.
REAL = {"receipt": "receipt.xes.gz", "boston": "boston_311.csv.gz", "nyc": "nyc_council_casework.csv.gz"}


def real_studies() -> list[str]:
    logs = PROJECT / "../shared/data"
    here = [name for name, log in REAL.items() if (logs / log).is_file()]
    for name in REAL.keys() - set(here):
        print(f"not here, and not looked at: ../shared/data/{REAL[name]}", file=sys.stderr)
    return here


STUDIES = [FIXTURE, *real_studies()]


def giamtang(*arguments: str | Path) -> None:
    command = [BINARY, *map(str, arguments)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    # 3 is too much quarantined: the page is written all the same.
    assert done.returncode in (0, 3), f"{' '.join(command)}: {done.stderr}"


def written(study: Path, name: str, *more: str) -> Path:
    """The page of a study, made once."""
    PAGES.mkdir(parents=True, exist_ok=True)
    path = PAGES / f"{name}.html"
    if not path.exists():
        giamtang("compare", study, "--quiet", "--format", "html", "-o", path, *more)
    return path


def page_of(study: str, language: str) -> Path:
    """The page of one of the studies that are always looked at."""
    if study == FIXTURE:
        return written(PROJECT / "fixtures/study/study.toml", f"study-{language}", "--by", "unit", "--lang", language)
    return written(PROJECT / f"tests/studies/{study}.toml", f"{study}-{language}", "--lang", language)


def form_page(form: str, language: str) -> Path:
    """An official form of the fixture study, for the window after."""
    path = PAGES / f"form-{form}-{language}.html"
    if not path.exists():
        giamtang("form", form, PROJECT / "fixtures/study/study.toml", "--quiet", "--format", "html", "--lang", language, "-o", path)
    return path


@dataclass
class Watched:
    """A page with everything that was said and asked for while it was open."""

    page: Page
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def assert_quiet(self, path: Path) -> None:
        assert self.console == []
        assert [url for url in self.requests if url.split("#")[0] != path.as_uri()] == []


@pytest.fixture(scope="session", autouse=True)
def fresh() -> None:
    """Pages of an earlier run are those of an earlier binary."""
    for folder in (PAGES, SHOTS):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()


@pytest.fixture(scope="session")
def browser() -> Browser:
    with sync_playwright() as playwright:
        # In a container of a gate there is neither a user namespace nor much of /dev/shm.
        browser = playwright.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser):
    """Opens a page, watched from its first byte; contexts are closed at the end of a test."""
    contexts: list[BrowserContext] = []

    def opened(path: Path, *, theme: str = "light", width: int = 1280, **options: object) -> Watched:
        viewport = {"width": width, "height": 900 if width > 600 else 844}
        context = browser.new_context(viewport=viewport, color_scheme=theme, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        watched = Watched(context.new_page())
        page = watched.page
        page.on("console", lambda said: watched.console.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda why: watched.console.append(f"error: {why}"))
        page.on("request", lambda asked: watched.requests.append(asked.url))
        page.on("requestfailed", lambda asked: watched.failed.update({asked.url: asked.failure or ""}))
        page.on("dialog", lambda dialog: (watched.console.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(path.as_uri())
        return watched

    yield opened
    for context in contexts:
        context.close()
