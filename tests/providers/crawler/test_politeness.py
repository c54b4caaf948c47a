"""robots.txt, sitemaps and bounds: what is asked for, and what is not."""

from __future__ import annotations

import gzip

import pytest

from dovetail.engine.ports import Answer, Ask, Filter, Order, Query
from dovetail.errors import AccessError, OddAnswerError, UnreachableError
from tests.providers.crawler.conftest import Describe
from tests.providers.crawler.website import Website

# --- robots.txt


def test_the_crawler_says_who_it_is(site: Describe, website: Website) -> None:
    site('user_agent = "MailBot/2.0 (+https://example.com)"\n').answer("/a")
    assert {call.headers["user-agent"] for call in website.calls} == {"MailBot/2.0 (+https://example.com)"}


def test_what_robots_txt_disallows_is_not_asked_for(site: Describe, website: Website) -> None:
    website.products(4)
    website.page(
        "/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: DovetailCrawler\nDisallow: /p/2\nDisallow: /*3$"
    )
    described = site()
    assert isinstance(described.error("/p/2"), AccessError)
    answer = described.answer(Query())
    assert isinstance(answer.value, list)
    assert [each.key for each in answer.value] == ["/p/1", "/p/4"]
    assert answer.notes == ("2 pages of the sitemap are left out: robots.txt disallows them",)
    assert website.asked() == ["/p/1", "/p/4"]


@pytest.mark.parametrize("status", [404, 403, 401, 410])
def test_without_robots_txt_everything_may_be_read(site: Describe, website: Website, status: int) -> None:
    website.page("/robots.txt", "User-agent: *\nDisallow: /", status)
    website.page("/a", "<title>A</title>")
    assert site().one("/a").title == "A"


@pytest.mark.parametrize("status", [500, 503])
def test_where_robots_txt_cannot_be_had_nothing_is_read(site: Describe, website: Website, status: int) -> None:
    website.page("/robots.txt", "", status)
    error = site().error("/a")
    assert isinstance(error, UnreachableError)
    assert "robots.txt cannot be had" in error.message
    assert "/a" not in website.paths()


def test_robots_txt_behind_a_redirect(site: Describe, website: Website) -> None:
    website.page("/robots.txt", "", 301, location="/r.txt")
    website.page("/r.txt", "User-agent: *\nDisallow: /a")
    assert isinstance(site().error("/a"), AccessError)


def test_robots_txt_at_another_host(site: Describe, website: Website) -> None:
    website.page("/robots.txt", "", 301, location="https://www.shop.example/robots.txt")
    assert "leads to another host" in site().error("/a").message


def test_robots_txt_is_asked_for_once(site: Describe, website: Website) -> None:
    website.page("/robots.txt", "User-agent: *\nAllow: /")
    described = site()
    for key in ("/a", "/b", "/c"):
        described.answer(key)
    assert website.paths() == ["/robots.txt", "/a", "/b", "/c"]


@pytest.mark.parametrize("line", ["Crawl-delay: 2", "Request-rate: 3/6"])
def test_a_site_that_wants_pauses_gets_one_request_at_a_time(site: Describe, website: Website, line: str) -> None:
    website.products(6)
    described = site()
    website.page("/robots.txt", f"User-agent: *\n{line}")
    described.answers(Ask("site", "page", Query()), Ask("site", "page", "/p/1"), Ask("site", "page", "/x"))
    assert website.busiest == 1
    (hint,) = [each for each in described.check() if "wants 2 s" in each.what]
    assert "rate = 0.5" in hint.help


# --- sitemaps


def test_a_list_has_the_sitemap_s_order(site: Describe, website: Website) -> None:
    website.products(12)
    assert [each.key for each in site().pages()] == [f"/p/{number}" for number in range(1, 13)]


def test_indexes_packed_and_plain_sitemaps(site: Describe, website: Website) -> None:
    for path in ("/a", "/b", "/c"):
        website.page(path, f"<title>{path}</title>")
    website.page(
        "/sitemap.xml",
        f"<?xml version='1.0'?><sitemapindex><sitemap><loc>{website.url}/one.xml.gz</loc></sitemap>"
        f"<sitemap><loc> {website.url}/two.txt </loc></sitemap><sitemap><loc>https://evil.example/s.xml</loc></sitemap>"
        f"<sitemap><loc>{website.url}/sitemap.xml</loc></sitemap></sitemapindex>",
    )
    packed = gzip.compress(
        f"<urlset><url><loc>{website.url}/a</loc></url><url><loc>/b?x=1&amp;y</loc></url></urlset>".encode()
    )
    website.page("/one.xml.gz", packed, content_type="application/gzip")
    website.page("/b?x=1&y", "<title>b</title>")
    website.page("/two.txt", f"{website.url}/c\n\n{website.url}/a\nhttps://evil.example/d\n", content_type="text/plain")
    answer = site().answer(Query())
    assert isinstance(answer.value, list)
    assert [each.key for each in answer.value] == ["/a", "/b?x=1&y", "/c"]
    assert answer.notes == ("2 addresses in the sitemap are of another host, and left out",)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><body>", "not well-formed XML"),
        (b"<html></html>", "begins with <html>"),
        (b"<!doctype html><html></html>", "is a web page"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><urlset>&b;</urlset>', "document type"),
        (b"<urlset><url>", "not well-formed XML"),
        (b"", "is empty"),
        (b"words and words", "neither XML nor a list of addresses"),
        (b"\x1f\x8bbroken", "damaged"),
        (gzip.compress(b"<urlset></urlset>")[:-12], "cut off"),
    ],
)
def test_what_is_no_sitemap_is_said(site: Describe, website: Website, body: bytes, words: str) -> None:
    website.page("/sitemap.xml", body)
    error = site().error(Query())
    assert isinstance(error, OddAnswerError)
    assert words in error.message


def test_a_sitemap_that_is_not_there_is_an_error_and_no_empty_list(site: Describe) -> None:
    assert "is not there (status 404)" in site().error(Query()).message


def test_an_empty_sitemap_is_an_empty_list(site: Describe, website: Website) -> None:
    website.sitemap()
    assert site().pages() == []


# --- lists


def test_filters_by_address_and_limits_read_no_more_than_needed(site: Describe, website: Website) -> None:
    website.products(30)
    described = site()
    assert [each.key for each in described.pages(Query(limit=2))] == ["/p/1", "/p/2"]
    assert website.asked() == ["/p/1", "/p/2"]
    found = described.pages(Query((Filter("path", "like", "/p/2%"),), (Order("path", True),), 1))
    assert [each.key for each in found] == ["/p/29"]
    assert website.asked() == ["/p/1", "/p/2", "/p/29"]


def test_filters_by_content_stop_when_there_are_enough(site: Describe, website: Website) -> None:
    website.products(30)
    found = site().pages(Query((Filter("price", ">", 100),), (), 2))
    assert [each.key for each in found] == ["/p/11", "/p/12"]
    assert len(website.asked()) < 20


def test_orders_by_content_read_all(site: Describe, website: Website) -> None:
    website.products(20)
    shown = site().render(
        "{foreach $site.pages|filter:'kind':'product'|orderby:'price':'desc'|limit:2 as $p}{$p.sku} {/foreach}"
    )
    assert shown == "S-20 S-19 "
    assert len(website.asked()) == 20


def test_bounds_are_kept_and_said(site: Describe, website: Website) -> None:
    website.products(30)
    answer = site("max_pages = 10\n").answer(Query((Filter("price", ">", 1),)))
    assert isinstance(answer.value, list)
    assert len(answer.value) == 10
    assert answer.notes == ("only the first 10 of 30 pages were read (max_pages, max_bytes)",)
    assert len(site("max_bytes = 100\n").pages()) == 8


def test_pages_that_are_gone_or_none_are_left_out_and_said(site: Describe, website: Website) -> None:
    website.products(2)
    website.page("/a.pdf", b"%PDF", content_type="application/pdf")
    website.sitemap("/p/1", "/gone", "/a.pdf", "/p/2")
    answer = site().answer(Query())
    assert isinstance(answer.value, list)
    assert [each.key for each in answer.value] == ["/p/1", "/p/2"]
    assert answer.notes == (
        "1 pages of the sitemap are not there any more (404)",
        "1 addresses of the sitemap are no pages of the site (files, redirects elsewhere)",
    )


def test_a_page_that_fails_fails_the_list(site: Describe, website: Website) -> None:
    website.products(3)
    website.page("/p/2", "", 500)
    assert isinstance(site().error(Query()), UnreachableError)


def test_pages_of_a_list_are_known_by_themselves(site: Describe, website: Website) -> None:
    website.products(3)
    described = site()
    described.pages()
    before = len(website.calls)
    assert described.one("/p/2").title == "Stoel & tafel"
    assert len(website.calls) == before


def test_several_asks_share_robots_and_sitemap(site: Describe, website: Website) -> None:
    website.products(3)
    found = site().answers(
        Ask("site", "page", Query(limit=1)), Ask("site", "page", Query(limit=2)), Ask("site", "page", "/p/3")
    )
    assert all(isinstance(each, Answer) for each in found)
    assert website.paths().count("/sitemap.xml") == 1
    assert website.paths().count("/robots.txt") == 1
