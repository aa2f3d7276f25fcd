"""What a reader does with the page: reads it, turns it dark, opens, sorts, searches, copies, prints."""

from __future__ import annotations

import re
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import FIXTURE, LANGUAGES, SHOTS, STUDIES, THEMES, WIDTHS, form_page, page_of
from playwright.sync_api import Page, expect
from pypdf import PdfReader

WORDS = {
    "en": {"copied": "Copied", "selected": "Selected: press Ctrl+C", "missing": "This part is made by the page's own script"},
    "vi": {"copied": "Đã sao chép", "selected": "Đã chọn: nhấn Ctrl+C", "missing": "Phần này do đoạn mã của chính trang"},
}


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{own['id']}: {node['html'][:200]}: {node['failureSummary']}" for own in found for node in own["nodes"]]


def is_within(page: Page) -> bool:
    """Whether nothing but tables that scroll by themselves is wider than the page."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def shoot(page: Page, name: str, part: str | None = None) -> None:
    if part:
        page.evaluate("part => document.querySelector(part).scrollIntoView({ behavior: 'instant' })", part)
    page.screenshot(path=SHOTS / f"{name}.png")


# The page that is always there in all its guises; those of real logs in the two that differ most.
GUISES = [(FIXTURE, *guise) for guise in product(LANGUAGES, THEMES, WIDTHS)]
GUISES += [(study, *guise) for study in STUDIES[1:] for guise in (("en", "light", 1280), ("vi", "dark", 390))]


@pytest.mark.parametrize(("study", "language", "theme", "width"), GUISES)
def test_nothing_is_said_asked_for_or_shut_out(visit, study, language, theme, width):
    path = page_of(study, language)
    watched = visit(path, theme=theme, width=width)
    page = watched.page
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert page.locator(".axes > li").count() == 6
    assert is_within(page)
    assert violations(page) == []
    name = f"{study}-{language}-{theme}-{width}"
    shoot(page, name)
    if study == FIXTURE:
        for part in ("time_and_cost", "groups", "said-otherwise", "log"):
            shoot(page, f"{name}-{part}", f"#{part}")
    watched.assert_quiet(path)


@pytest.mark.parametrize(("language", "theme", "width"), [("en", "dark", 390), ("vi", "light", 1280)])
@pytest.mark.parametrize("form", ["06a", "766", "scm", "nine"])
def test_official_forms_are_pages_too(visit, form, language, theme, width):
    path = form_page(form, language)
    watched = visit(path, theme=theme, width=width)
    page = watched.page
    assert page.locator("html").get_attribute("lang") == language and page.locator("h1").count() == 1
    assert is_within(page)
    assert violations(page) == []
    button = page.locator(".copy").first
    button.click()
    expect(button).to_have_text(re.compile("|".join(WORDS[language][key] for key in ("copied", "selected")).replace("+", r"\+")))
    shoot(page, f"form-{form}-{language}-{theme}-{width}")
    watched.assert_quiet(path)


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("vi", "light")])
def test_what_opens_is_open_to_all(visit, language, theme):
    path = page_of(FIXTURE, language)
    watched = visit(path, theme=theme)
    page = watched.page
    closed = page.locator("main details:not([open])")
    assert closed.count() > 100
    page.locator("#open-all").click()
    assert closed.count() == 0
    assert violations(page) == []
    assert is_within(page)
    shoot(page, f"open-{language}-{theme}", "#time_and_cost .behind")
    page.locator("#open-all").click()
    assert page.locator("main details[open]").count() == 0
    watched.assert_quiet(path)


def test_a_table_stands_behind_every_picture(visit):
    page = visit(page_of(FIXTURE, "en")).page
    pictures = page.locator("main figure svg.pic")
    assert pictures.count() > 150
    bare = page.evaluate(
        """() => [...document.querySelectorAll('main figure')]
            .filter((figure) => {
                const beside = (figure.closest('.pair') ?? figure).nextElementSibling;
                return !beside?.matches('details.numbers-behind') || !beside.querySelector('tbody td');
            }).length"""
    )
    assert bare == 0
    named = page.evaluate("() => [...document.querySelectorAll('main figure svg')].every((own) => own.getAttribute('role') === 'img' && own.querySelector('title')?.textContent)")
    assert named


def test_dark_and_light_are_what_the_reader_wants(visit):
    def ground(page: Page) -> int:
        colours = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colours)[:3]))

    page = visit(page_of(FIXTURE, "en"), theme="light").page
    button = page.locator("#theme")
    assert ground(page) > 600 and button.get_attribute("aria-pressed") == "false"
    button.click()
    assert ground(page) < 150 and button.get_attribute("aria-pressed") == "true"
    assert violations(page) == []
    button.click()
    assert ground(page) > 600
    page = visit(page_of(FIXTURE, "en"), theme="dark").page
    assert ground(page) < 150 and page.locator("#theme").get_attribute("aria-pressed") == "true"
    page.locator("#theme").click()
    assert ground(page) > 600
    assert violations(page) == []


def drawn(page: Page, column: int) -> list[str]:
    return page.locator(f"#drill-table tbody tr > :nth-child({column})").all_inner_texts()


def number(text: str) -> float:
    return float(re.search(r"[+-]?[\d.]+", text.replace("−", "-").replace(",", ""))[0])


def test_the_drill_down_is_sorted_by_mouse_and_by_keys(visit):
    page = visit(page_of(FIXTURE, "en")).page
    head = page.locator("#drill-table th[aria-sort]")
    names = [text.strip() for text in drawn(page, 1)]
    # Fifteen units; in the order of the language, in which Đ stands beside D.
    assert len(names) == 15 and names[0] == "Phường Ba Đình"
    expect(head.nth(0)).to_have_attribute("aria-sort", "ascending")

    was = page.locator("#drill-table [data-sort=was]")
    was.click()
    values = [number(text) for text in drawn(page, 2) if text != "–"]
    assert values == sorted(values) and len(values) == 14
    expect(was.locator("xpath=..")).to_have_attribute("aria-sort", "ascending")
    # A unit without a figure stands last, both ways.
    assert drawn(page, 2)[-1] == "–"
    expect(was).to_be_focused()
    page.keyboard.press("Enter")
    values = [number(text) for text in drawn(page, 2) if text != "–"]
    assert values == sorted(values, reverse=True)
    assert drawn(page, 2)[-1] == "–"
    expect(was.locator("xpath=..")).to_have_attribute("aria-sort", "descending")
    for column in ("is", "change", "fixed", "verdict", "place", "rank", "n"):
        page.locator(f"#drill-table [data-sort={column}]").click()
        expect(page.locator("#drill-table th[aria-sort=ascending]")).to_have_count(1)


def test_the_drill_down_is_searched_without_marks(visit):
    page = visit(page_of(FIXTURE, "vi")).page
    search = page.locator("#drill-search")
    for asked, found in (("ba dinh", ["Phường Ba Đình"]), ("ĐỐNG Đ", ["Phường Đống Đa"]), ("hoàn k", ["Phường Hoàn Kiếm"])):
        search.fill(asked)
        assert [text.strip() for text in drawn(page, 1)] == found
        expect(page.locator("#drill-status")).to_have_text("1/15")
    search.fill("no such office")
    assert drawn(page, 1) == []
    expect(page.locator("#drill-status")).to_have_text("Không có tên nào khớp.")
    search.fill("")
    assert len(drawn(page, 1)) == 15


def test_every_kpi_and_every_group_can_be_chosen(visit):
    path = page_of(FIXTURE, "en")
    watched = visit(path)
    page = watched.page
    options = page.locator("#drill-kpi option")
    assert options.count() > 40
    for index in range(options.count()):
        page.locator("#drill-kpi").select_option(index=index)
        assert len(drawn(page, 1)) == 15
    page.locator("#drill-table button.link").nth(1).click()
    title = page.locator("#drill-table h3")
    expect(title).to_have_text("Phường Cầu Giấy")
    expect(title).to_be_focused()
    assert page.locator("#drill-table tbody tr").count() > 40
    assert violations(page) == []
    page.locator("#drill-table > button").first.click()
    assert len(drawn(page, 1)) == 15
    watched.assert_quiet(path)


def test_the_drill_down_says_what_the_scorecard_says(visit):
    """Figures of `giamtang compare --by unit --format csv`, read by the reader of the test and not by the page."""
    import csv
    import subprocess

    from conftest import BINARY, PROJECT

    told = subprocess.run(
        [BINARY, "compare", "fixtures/study/study.toml", "--by", "unit", "--quiet", "--format", "csv"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )
    rows = [row for row in csv.DictReader(told.stdout.splitlines()) if row["scope"] == "group"]
    page = visit(page_of(FIXTURE, "en")).page
    checked = 0
    for kpi, factor in (("time/elapsed_time", 1), ("time/on_time", 100), ("staffing/on_duty", 1)):
        own = {(row["by:unit"], row["figure"]): row["value"] for row in rows if row["kpi"] == kpi}
        name = page.evaluate("id => JSON.parse(document.getElementById('data').textContent).kpis.find((kpi) => kpi.id === id).name",
                             "kpi-" + kpi.replace("/", "-"))
        page.locator("#drill-kpi").select_option(label=name)
        for unit, was, now in zip(drawn(page, 1), drawn(page, 2), drawn(page, 3), strict=True):
            for figure, text in (("was", was), ("is", now)):
                value = own.get((unit.strip(), figure), "")
                if text == "–":
                    assert value == ""
                else:
                    assert abs(number(text) - factor * float(value)) <= 0.051, (kpi, unit, text, value)
                    checked += 1
    assert checked > 60


def test_a_table_that_was_there_is_sorted_too(visit):
    page = visit(page_of(FIXTURE, "en")).page
    page.locator("#open-all").click()
    table = page.locator("#log table.sortable").first
    button = table.locator("th.number button").first
    numbers = lambda: [number(text) for text in table.locator("tbody tr td.number").all_inner_texts()]  # noqa: E731
    before = numbers()
    button.click()
    assert numbers() == sorted(before)
    button.click()
    assert numbers() == sorted(before, reverse=True)
    expect(button.locator("xpath=..")).to_have_attribute("aria-sort", "descending")


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_copied_with_and_without_a_clipboard(visit, language):
    watched = visit(page_of(FIXTURE, language), permissions=["clipboard-read", "clipboard-write"])
    page = watched.page
    button = page.locator("#drill-table .copy")
    button.click()
    expect(button).to_have_text(WORDS[language]["copied"])
    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert len(lines) == 16 and lines[0].startswith("unit\t") and lines[1].startswith("Phường Ba Đình\t")

    # What a browser does that has neither a clipboard nor the old way: the table is chosen for the reader's own keys.
    page = visit(page_of(FIXTURE, language)).page
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false")
    button = page.locator("#drill-table .copy")
    button.click()
    expect(button).to_have_text(WORDS[language]["selected"])
    assert page.evaluate("getSelection().toString()").count("Phường") >= 10


def test_a_page_is_used_with_keys_alone(visit):
    page = visit(page_of(FIXTURE, "en")).page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = page.evaluate(
        """() => { const own = document.querySelector('.kpi summary'); own.focus({ focusVisible: true });
                   return getComputedStyle(own).outlineStyle }"""
    )
    assert seen == "solid"


def test_a_link_opens_what_it_leads_to(visit):
    path = page_of(FIXTURE, "en")
    page = visit(path).page
    own = page.locator("#kpi-time-on_time")
    assert own.get_attribute("open") is None
    page.evaluate("location.hash = '#kpi-time-on_time'")
    expect(own).to_have_attribute("open", "")


def test_nothing_can_leave_the_page(visit):
    path = page_of(FIXTURE, "en")
    watched = visit(path)
    page = watched.page
    page.evaluate("window.broken = []; document.addEventListener('securitypolicyviolation', (own) => broken.push(own.effectiveDirective))")
    page.evaluate(
        """async () => {
            const add = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));
            add('img', { src: 'https://example.org/a.png' });
            add('script', { textContent: 'window.ran = true' });
            add('style', { textContent: 'body { display: none }' });
            add('iframe', { src: 'https://example.org/' });
            await fetch('https://example.org/').catch(() => {});
        }"""
    )
    page.wait_for_function("broken.length >= 5")
    assert set(page.evaluate("broken")) == {"img-src", "script-src-elem", "style-src-elem", "frame-src", "connect-src"}
    assert page.evaluate("window.ran === undefined && getComputedStyle(document.body).display !== 'none'")
    # A browser tells of what it was asked for, and that it did not ask.
    asked = {url for url in watched.requests if not url.startswith("file:")}
    assert asked <= {url for url, why in watched.failed.items() if "csp" in why.lower() or "blocked" in why.lower()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_its_script_the_page_says_what_it_lacks(visit, language):
    page = visit(page_of(FIXTURE, language), java_script_enabled=False).page
    expect(page.get_by_text(WORDS[language]["missing"])).to_be_visible()
    expect(page.locator("#drill")).to_be_hidden()
    for button in ("theme", "open-all", "print"):
        expect(page.locator(f"#{button}")).to_be_hidden()
    assert page.locator(".axes > li").count() == 6
    expect(page.locator("#kpi-time-elapsed_time figure svg").first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_is_a4_and_everything_is_open(visit, language, tmp_path):
    page = visit(page_of(FIXTURE, language), theme="dark").page
    path = tmp_path / "page.pdf"
    page.pdf(path=path, prefer_css_page_size=True)
    sheets = PdfReader(path).pages
    assert len(sheets) > 5
    for sheet in sheets:
        # 210 by 297 mm, in points.
        assert abs(float(sheet.mediabox.width) - 595.28) < 1 and abs(float(sheet.mediabox.height) - 841.89) < 1
    # A reader of PDF puts blanks beside letters with marks; none of them matters here.
    bare = lambda text: "".join(text.split())  # noqa: E731
    words = bare("".join(sheet.extract_text() for sheet in sheets))
    example = {"en": "At risk 8; day 1: one censored", "vi": "Đang theo dõi 8 hồ sơ; ngày 1"}[language]
    assert bare(example) in words
    # Neither buttons nor the numbers behind pictures are on paper.
    for absent in {"en": ("Copy table", "Numbers behind"), "vi": ("Sao chép bảng", "Số liệu của hình")}[language]:
        assert bare(absent) not in words
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.locator("#theme").is_hidden()
