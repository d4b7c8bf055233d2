"""News: each item's own offset, one bad item costs itself, one bad feed costs itself, never the article."""

import json
from datetime import UTC, datetime

import pytest
from tests.standins.paginas import FeedStandIn, PressStandIn

from siea.ingest import registros
from siea.ingest.sources import noticias
from siea.ingest.sources.noticias import Medio
from siea.ingest.sources.registry import Answer, fuente

RECEIVED = datetime(2024, 11, 21, 4, tzinfo=UTC)
OUTLET = Medio("Prueba", "https://prueba.co/rss")


def item(
    title="Suben los embalses", link="https://prueba.co/1", when="Wed, 20 Nov 2024 22:30:00 -0500", text="x"
):
    date = f"<pubDate>{when}</pubDate>" if when is not None else ""
    return f"<item><title>{title}</title><link>{link}</link>{date}<description>{text}</description></item>"


def feed(*items: str) -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'
    )


@pytest.fixture(autouse=True)
def outlets(monkeypatch):
    monkeypatch.setattr(noticias, "MEDIOS", (OUTLET, Medio("Otro", "https://otro.co/feed")))


def read(*items: str):
    answer = Answer(feed(*items).encode(), RECEIVED, "xml", nota={"medio": "Prueba"})
    return noticias.Noticias(None, "").records("titulares", answer)


def test_the_feed_whose_offsets_were_dropped(shared):
    """B2-TB-05."""
    lines = (shared / "cases/cases.jsonl").read_text("utf-8").splitlines()
    case = next(one for line in lines if (one := json.loads(line))["id"] == "B2-TB-05")
    found = read(
        *(item(one["id"], f"https://prueba.co/{one['id']}", one["pubDate"]) for one in case["input"]["items"])
    )
    assert len(found) == case["expected"]["items_kept"]
    told = {n.titulo: n for n in found}
    for name in "abcd":
        assert told[name].publicada_en == datetime.fromisoformat(case["expected"][name]["utc"])
    assert [told[name].fecha_supuesta for name in "abcd"] == ["", "zona", "", "recepcion"]


@pytest.mark.parametrize(
    "bad", ["<item></item>", item(link="javascript:alert(1)"), item(title=""), item(link="")]
)
def test_an_item_that_cannot_be_used_costs_itself_alone(bad):
    assert [n.titulo for n in read(bad, item())] == ["Suben los embalses"]


def test_a_date_to_come_is_never_later_than_the_moment_it_was_read():
    (found,) = read(item(when="Wed, 20 Nov 2034 22:30:00 -0500"))
    assert found.publicada_en == RECEIVED


def test_the_summary_is_short_plain_and_cut_at_a_word():
    (found,) = read(item(text="&lt;p&gt;El &lt;b&gt;precio&lt;/b&gt; " + "palabra " * 200 + "&lt;/p&gt;"))
    assert found.resumen.startswith("El precio palabra")
    assert len(found.resumen) <= 301
    assert found.resumen.endswith("palabra…")


@pytest.mark.parametrize(
    "link", ["https://Prueba.co/1?utm_source=x&amp;a=1", "https://prueba.co/1?a=1&amp;fbclid=2#arriba"]
)
def test_what_only_counts_visits_makes_no_other_news(link):
    (found,) = read(item(link=link))
    assert found.enlace == "https://prueba.co/1?a=1"


def test_atom_is_read_too():
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Uno</title><link href="https://prueba.co/9"/>'
        "<updated>2024-11-20T22:30:00-05:00</updated><summary>s</summary></entry></feed>"
    )
    answer = Answer(body.encode(), RECEIVED, "xml", nota={"medio": "Prueba"})
    (found,) = noticias.Noticias(None, "").records("titulares", answer)
    assert (found.titulo, found.publicada_en) == ("Uno", datetime(2024, 11, 21, 3, 30, tzinfo=UTC))


async def test_one_feed_that_fails_costs_itself_and_the_same_news_is_one(opened, engine, lake, clock, rows):
    server = FeedStandIn()
    server.feeds["/rss"] = feed(
        item(), item(link="https://prueba.co/1?utm_medium=y", title="Suben los embalses")
    )
    source = opened("noticias", server)
    (declared,) = fuente("noticias").conjuntos
    report = await registros.sync(engine, lake, source, declared, clock=clock)
    assert report.estado == "cargada"
    assert list(source.fallidos) == ["Otro"]
    assert await rows("SELECT titulo, medio FROM noticias") == [("Suben los embalses", "Prueba")]
    server.feeds["/rss"] = feed(item(title="Suben más los embalses"))
    await registros.sync(engine, lake, source, declared, clock=clock)
    assert await rows("SELECT titulo FROM noticias") == [("Suben más los embalses",)]
    server.feeds.clear()
    report = await registros.sync(engine, lake, source, declared, clock=clock)
    assert report.estado == "fallida"


@pytest.mark.parametrize("kind", ["html", "garbage", "empty_object", "server"])
async def test_what_is_no_feed_is_told(opened, engine, lake, clock, kind):
    server = FeedStandIn()
    server.fail(kind, times=0)
    source = opened("noticias", server)
    (declared,) = fuente("noticias").conjuntos
    assert (await registros.sync(engine, lake, source, declared, clock=clock)).estado == "fallida"


async def test_the_ministrys_news_have_their_day_and_their_link(opened, engine, lake, clock, rows):
    site = PressStandIn()
    clock.pass_days(700)
    site.rows = [
        (
            "Nueva  subasta",
            "/es/noticia-1",
            "Resumen",
            "18 de Marzo de 2026. Minenergía, Bogotá. Sector: Energía",
        ),
        ("Sin fecha", "/es/noticia-2", "", "Bogotá"),
    ]
    source = opened("minenergia", site)
    (declared,) = fuente("minenergia").conjuntos
    report = await registros.sync(engine, lake, source, declared, clock=clock)
    assert report.guardadas == 2
    told = await rows(
        "SELECT titulo, enlace, (publicada_en AT TIME ZONE 'America/Bogota')::date::text, fecha_supuesta"
        " FROM noticias ORDER BY id"
    )
    assert told[0] == ("Nueva subasta", "https://www.minenergia.gov.co/es/noticia-1", "2026-03-18", "zona")
    assert told[1][3] == "recepcion"
    assert declared.forma <= await source.sample("prensa")
    site.fail("html", times=0)
    clock.pass_days(1)
    assert (await registros.sync(engine, lake, source, declared, clock=clock)).codigo == "contract_violation"
