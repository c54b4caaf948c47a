"""What stands below a website in templates."""

from __future__ import annotations

from collections.abc import Mapping

from dovetail.engine.schema import Field, Member, RecordType, Schema
from dovetail.providers.crawler.site import Site

FIELDS: Mapping[str, Field] = {
    "url": Field(type="url", summary="its address, behind redirects"),
    "path": Field(type="text", summary="its path: the address without the host", example="/products/chair"),
    "title": Field(type="text", summary="what its <title> says"),
    "description": Field(type="text", summary='<meta name="description">, else og:description'),
    "canonical": Field(type="url", summary='<link rel="canonical">: the address under which it wants to be known'),
    "language": Field(type="text", summary='<html lang="…">', example="nl"),
    "image": Field(type="image", summary="og:image, else the first image of its JSON-LD, else of the page"),
    "modified": Field(
        type="text", summary="when it was changed: article:modified_time, dateModified, or Last-Modified"
    ),
    "kind": Field(type="text", summary="what it is about by its JSON-LD: product, article, event; page else"),
    "sku": Field(type="text", summary='<meta name="sku">, else the product\'s'),
    "price": Field(type="money", summary="the price of the product's first offer"),
    "og": Field(type="map", summary="Open Graph, without og: before the names", example="og.title"),
    "meta": Field(type="map", summary="all <meta name|property>, by lower-case name", example='meta["og:title"]'),
    "product": Field(type="map", summary="JSON-LD Product; price, currency and availability are its first offer's"),
    "article": Field(type="map", summary="JSON-LD Article (NewsArticle, BlogPosting, …)", example="article.headline"),
    "event": Field(type="map", summary="JSON-LD Event", example="event.startDate"),
    "breadcrumbs": Field(type="map", many=True, summary="JSON-LD BreadcrumbList: name and url of each step"),
    "data": Field(type="map", many=True, summary="all of its JSON-LD; @type is `type`, @id is `id`"),
}


def schema(site: Site) -> Schema:
    """The schema of a website."""
    return Schema(
        kind="crawler",
        summary=f"Website {site.origin}",
        members={
            "page": Member(
                kind="keyed",
                collection="page",
                record="page",
                key="path",
                summary='One page by its path or address: page["/products/chair"]',
            ),
            "pages": Member(
                kind="list",
                collection="page",
                record="page",
                summary="The pages of the sitemap; |filter by path or url reads only those",
                filters=("path", "url"),
            ),
        },
        records={"page": RecordType(name="page", summary="A page of a website", fields=FIELDS, open=False)},
    )
