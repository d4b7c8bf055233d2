"""The page «Resumen» in a real browser, as an analyst meets it."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from .conftest import ROOT, Up

CHROMIUM = shutil.which("chromium")
AXE = ROOT / "dashboard/node_modules/axe-core/axe.min.js"
BUILT = ROOT / "dashboard/out/index.html"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NEW_PASSWORD = "lluvia en la cordillera"

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed on this machine"),
    pytest.mark.skipif(not BUILT.is_file(), reason="the dashboard is not built"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page(up: Up, browser: Browser) -> Iterator[Page]:
    """Logged in with a one-time password that the page makes the person change; faults are collected."""
    created = json.loads(up.installation.run("users", "crear", "maria", "--rol", "analista", "--json").stdout)
    context = browser.new_context(
        locale="en-US", timezone_id="Asia/Tokyo", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.faults = []  # type: ignore[attr-defined]  # kept with the page for the last test
    page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]  # the same
    page.on("console", lambda m: page.faults.append(m.text) if m.type == "error" else None)  # type: ignore[attr-defined]  # the same
    page.goto(f"{up.installation.url}/")
    page.wait_for_url("**/ingreso**")
    page.get_by_label("Usuario").fill("maria")
    page.get_by_label("Clave").fill(created["clave_temporal"])
    page.get_by_role("button", name="Ingresar").click()
    page.get_by_label("Clave nueva", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("Clave nueva, otra vez").fill(NEW_PASSWORD)
    page.faults.clear()  # type: ignore[attr-defined]  # the refusal of a one-time password is an HTTP 403
    page.get_by_role("button", name="Guardar e ingresar").click()
    page.wait_for_url(f"{up.installation.url}/")
    yield page
    context.close()


def test_the_figures_are_those_of_the_api_in_colombian_format(page: Page, client: httpx.Client):
    day = client.get("/api/v1/demanda").json()["meta"]["ultimo_dia_cerrado"]
    answer = client.get("/api/v1/demanda", params={"desde": day, "hasta": day}).json()
    figure = f"{answer['series'][0]['datos'][0][1]:.1f}".replace(".", ",")
    expect(page.get_by_text(figure).first).to_be_visible(timeout=15_000)
    expect(page.get_by_text("histórico incorporado hasta 2025-12-31").first).to_be_visible()


def test_the_charts_and_the_forecast_are_drawn(page: Page):
    expect(page.locator(".plot-container")).to_have_count(3, timeout=30_000)
    expect(page.get_by_text("prophet_v", exact=False).first).to_be_visible(timeout=30_000)


def test_the_address_keeps_what_is_on_the_screen(page: Page):
    year = page.locator("button", has_text="12 m").first
    year.click()
    expect(year).to_have_attribute("aria-pressed", "true")
    shown = page.url
    assert "?" in shown
    page.reload()
    expect(page.locator("button", has_text="12 m").first).to_have_attribute("aria-pressed", "true")
    assert page.url == shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_the_page_shuts_anybody_out(page: Page, scheme: str):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # both are schemes
    page.evaluate(Path(AXE).read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found["violations"]] == []


def test_a_phone_shows_the_figures_without_scrolling_sideways(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    deadline = time.monotonic() + 5  # the charts follow the frame, which follows the window
    while (width := page.evaluate("document.documentElement.scrollWidth")) > 390:
        assert time.monotonic() < deadline, width
        page.wait_for_timeout(50)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_the_browser_reported_no_fault(page: Page):
    assert page.faults == []  # type: ignore[attr-defined]  # kept with the page
