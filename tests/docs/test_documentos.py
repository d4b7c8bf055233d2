"""The documents agree with the code they speak of."""

import re
from pathlib import Path

import pytest

from siea.cli.tablas import dictionary_markdown, settings_markdown

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(f"docs/{p.relative_to(ROOT / 'docs')}" for p in (ROOT / "docs").rglob("*.md")),
]


@pytest.mark.parametrize(
    ("page", "table"), [("ajustes.md", settings_markdown), ("diccionario.md", dictionary_markdown)]
)
def test_the_table_of_the_page_is_the_one_the_code_makes(page, table):
    assert table() in (ROOT / "docs" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_inside_the_project_leads_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#]+)", text) if "://" not in t]
    missing = [t for t in targets if not ((ROOT / page).parent / t).exists()]
    assert missing == []


def test_every_place_named_by_the_map_exists():
    text = (ROOT / "docs/mapa.md").read_text(encoding="utf-8")
    places = re.findall(r"`((?:src|dashboard)/[^`]+)`", text)
    assert places
    assert [place for place in places if not (ROOT / place).exists()] == []
