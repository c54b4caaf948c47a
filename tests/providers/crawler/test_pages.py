"""Pages: what their head and JSON-LD say, in whatever state the page is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dovetail.engine.ports import Answer
from dovetail.errors import AccessError, OddAnswerError, UnreachableError
from dovetail.providers.codec import dump, load
from dovetail.providers.crawler import markup
from dovetail.providers.crawler.decoding import decode
from dovetail.providers.crawler.site import Site
from tests.providers.crawler.conftest import Describe
from tests.providers.crawler.website import PRODUCT, Website


def test_what_a_page_says_of_itself(site: Describe, website: Website) -> None:
    website.page("/stoel", PRODUCT.format(number=7, price="1299.50"), last_modified="Tue, 03 Feb 2026 10:00:00 GMT")
    found = site().one("/stoel")
    fields = dict(found.fields)
    url = website.url
    assert found.title == "Stoel & tafel"
    assert fields["description"] == 'Mooi "hout"'
    assert fields["url"] == f"{url}/stoel"
    assert fields["canonical"] == f"{url}/stoel-7"
    assert fields["image"] == f"{url}/img/stoel.jpg"
    assert fields["language"] == "nl"
    assert fields["kind"] == "product"
    assert fields["sku"] == "S-7"
    assert fields["price"] == 1299.5
    assert fields["modified"] == "Tue, 03 Feb 2026 10:00:00 GMT"
    assert fields["og"] == {"title": "Stoel", "image": "/img/stoel.jpg"}
    assert fields["product"] == {
        "price": 1299.5,
        "currency": "EUR",
        "availability": "InStock",
        "type": "Product",
        "id": "#p",
        "name": "Stoel & 7",
        "sku": "S-7",
        "image": ["/img/a.jpg"],
        "offers": [{"type": "Offer", "price": "1299.50", "priceCurrency": "EUR", "availability": "InStock"}],
    }


def test_in_a_template(site: Describe, website: Website) -> None:
    website.page("/stoel", PRODUCT.format(number=7, price="5"))
    shown = site().render(
        '{$p = $site.page["/stoel"]}{$p.title|escape} {$p.product.price} {$p.product.currency} {$p.meta["og:title"]}'
    )
    assert shown == "Stoel &amp; tafel 5 EUR Stoel"


def test_article_event_and_breadcrumbs(site: Describe, website: Website) -> None:
    website.page(
        "/a",
        """<base href="/sub/"><script type="application/ld+json">{"@graph": [
        {"@type": ["NewsArticle"], "headline": "Kop", "dateModified": "2026-01-02", "image": {"@type": "ImageObject", "url": "a.png"}},
        {"@type": "MusicEvent", "startDate": "2026-05-01"},
        {"@type": "BreadcrumbList", "itemListElement": [
          {"position": 2, "item": {"@id": "/b", "name": "B"}}, {"position": 1, "name": "A", "item": "/a"}]}]}</script>
        <script type="application/ld+json">[{"@type": "Organization"}]</script>""",
    )
    fields = site().one("/a").fields
    assert fields["kind"] == "article"
    assert fields["article"]["headline"] == "Kop"  # type: ignore[index]
    assert fields["modified"] == "2026-01-02"
    assert fields["image"] == f"{website.url}/sub/a.png"
    assert fields["event"]["startDate"] == "2026-05-01"  # type: ignore[index]
    assert fields["breadcrumbs"] == [
        {"name": "A", "url": f"{website.url}/a"},
        {"name": "B", "url": f"{website.url}/b"},
    ]
    assert [each["type"] for each in fields["data"]] == [  # type: ignore[attr-defined]
        ["NewsArticle"],
        "MusicEvent",
        "BreadcrumbList",
        "Organization",
    ]


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        '{"@type": "Product", "name": NaN, }',
        "[" * 100_000,
        '"text"',
        "null",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        '{"@type": "Product", "offers": 5}',
        '{"@type": "BreadcrumbList", "itemListElement": {"a": 1}}',
        '{"@type": "BreadcrumbList", "itemListElement": [1, {"item": 3, "position": []}]}',
        '{"@type": {"a": 1}, "@graph": {"@graph": 3}}',
        '{"@type": "Product", "offers": [{"price": "1e999"}, 3], "image": [[], {"url": {}}]}',
    ],
)
def test_broken_json_ld_breaks_nothing(site: Describe, website: Website, script: str) -> None:
    website.page(
        "/a",
        f'<title>T</title><script type="application/ld+json">{script}</script>'
        '<script type="application/ld+json"><!-- {"@type": "Event", "name": "E\n"} --></script>',
    )
    found = site().one("/a")
    assert found.title == "T"
    assert found.fields["event"]["name"] == "E"  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        "<!",
        "text, and <b",
        "<html><head><title>never closed",
        "<div>" * 100_000,
        "<meta content>" * 1000,
        '<meta name="a" content="b"' + "x" * 10_000,
        '<link rel=canonical href="javascript:alert(1)"><img src="data:image/png;base64,AA"><base href="::">',
        '<img src="http://[broken"><html lang=\ud7ff>',
    ],
)
def test_broken_html_is_a_page_with_less_in_it(site: Describe, website: Website, text: str) -> None:
    website.page("/a", text)
    fields = site().one("/a").fields
    assert fields["canonical"] == ""
    assert fields["image"] == ""
    assert fields["product"] is None


@pytest.mark.parametrize(
    ("body", "header"),
    [
        ("<title>café €</title>".encode(), "text/html"),
        ("<title>café €</title>".encode("cp1252"), "text/html"),
        ("<title>café €</title>".encode("cp1252"), "text/html; charset=ISO-8859-1"),
        ("<meta charset=iso-8859-15><title>café €</title>".encode("iso-8859-15"), "text/html"),
        ("<title>café €</title>".encode("utf-8-sig"), "text/html; charset=iso-8859-1"),
        ("<title>café €</title>".encode("utf-16"), "text/html"),
        (
            '<meta http-equiv=content-type content="text/html; charset=utf-16"><title>café €</title>'.encode(),
            "text/html",
        ),
        ("<meta charset=idna><title>café €</title>".encode(), "text/html; charset=unicode_escape"),
    ],
)
def test_encodings(site: Describe, website: Website, body: bytes, header: str) -> None:
    website.page("/a", body, content_type=header)
    assert site().one("/a").title == "café €"


def test_keys_are_paths_or_addresses(site: Describe, website: Website) -> None:
    website.page("/caf%C3%A9?a=b%20c", "<title>C</title>")
    website.page("/12", "<title>twelve</title>")
    described = site()
    for key in ("/café?a=b%20c", f"{website.url}/café?a=b%20c#part", "café?a=b%20c"):
        assert described.one(key).title == "C"
    assert described.one(12).title == "twelve"
    assert described.one("12").fields["path"] == "/12"


@pytest.mark.parametrize("key", ["", " ", "/a b", "/a\r\nX: y", "/" + "a" * 3000])
def test_what_is_no_address_is_not_there(site: Describe, website: Website, key: str) -> None:
    assert not site().answer(key).found
    assert website.calls == []


@pytest.mark.parametrize("key", ["https://evil.example/", "http://127.0.0.1:1/x", "http://user@127.0.0.1/"])
def test_no_other_host_is_asked(site: Describe, website: Website, key: str) -> None:
    assert "another host" in site().error(key).message
    assert website.calls == []


def test_two_slashes_lead_nowhere_else(site: Describe, website: Website) -> None:
    assert not site().answer("//evil.example/x").found
    assert website.paths() == ["/robots.txt", "/evil.example/x"]


def test_redirects_within_the_site_are_followed(site: Describe, website: Website) -> None:
    website.page("/old", "", 301, location="/new")
    website.page("/new", "<title>New</title>")
    website.page("/out", "", 302, location="https://evil.example/")
    website.page("/round", "", 302, location="/round")
    website.page("/secret", "<title>no</title>")
    website.page("/hop", "", 302, location="/secret")
    website.page("/robots.txt", "User-agent: *\nDisallow: /secret")
    described = site()
    assert described.one("/old").fields["url"] == f"{website.url}/new"
    assert "leads to another host" in described.error("/out").message
    assert "from address to address" in described.error("/round").message
    assert isinstance(described.error("/hop"), AccessError)
    assert "/secret" not in website.paths()


@pytest.mark.parametrize(
    ("status", "kind"), [(401, AccessError), (403, AccessError), (418, OddAnswerError), (500, UnreachableError)]
)
def test_other_answers_are_the_right_errors(
    site: Describe, website: Website, status: int, kind: type[Exception]
) -> None:
    website.page("/a", "<title>no</title>", status)
    assert isinstance(site().error("/a"), kind)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_is_not_found(site: Describe, website: Website, status: int) -> None:
    website.page("/a", "<title>sorry</title>", status)
    assert not site().answer("/a").found


@pytest.mark.parametrize("text", ["", " \n", "database error", "[1, 2]", "a < b", "\0\0"])
def test_a_page_with_nothing_of_a_page_is_an_error(site: Describe, website: Website, text: str) -> None:
    website.page("/a", text)
    assert "/a of `site` is empty" in site().error("/a").message


def test_a_file_is_no_page(site: Describe, website: Website) -> None:
    website.page("/a.pdf", b"%PDF", content_type="application/pdf")
    assert "is no page but application/pdf" in site().error("/a.pdf").message


def test_only_the_beginning_of_a_long_page_is_looked_at(site: Describe, website: Website) -> None:
    website.page("/a", "<title>T</title>" + "x" * 2000 + '<img src="/late.png">')
    assert site("max_page_bytes = 500\n").one("/a").fields["image"] == ""
    assert site().one("/a").fields["image"] == f"{website.url}/late.png"


PIECES = st.sampled_from(
    ["<", ">", "</", "<!--", "-->", "<script type='application/ld+json'>", "</script>", "<meta ", "property='og:x' ",
     "content='", "name=a ", "<title>", "<svg>", "<div", "/>", "<base href='", "<link rel=canonical href='", "'", "{", "}",
     '"@type":"Product"', '"@graph":', "[", "]", ",", '"offers":', "1", "1e999", "&amp;", "\\ud800", "http://", "//[", "é"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=5), max_size=60).map("".join))
def test_any_text_is_a_page_that_can_be_kept(text: str) -> None:
    site = Site(identifier="site", sitemap="https://shop.example/sitemap.xml")
    answer = Answer(dict(markup.read(site, "https://shop.example/a", text)))
    assert load(dump(answer)) == answer


@given(st.binary(max_size=60), st.text(max_size=30))
def test_any_bytes_have_a_text(body: bytes, header: str) -> None:
    assert isinstance(decode(body, f"text/html; charset={header}"), str)
