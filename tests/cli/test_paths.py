"""Paths as people type them after `dovetail explore`, and what a schema alone says about them."""

from __future__ import annotations

import pytest

from dovetail.commands.paths import cut, from_schema
from dovetail.engine.schema import Field, Member, RecordType, Schema
from dovetail.errors import SettingsError, UsageError

SCHEMA = Schema(
    kind="test",
    summary="A shop.",
    members={
        "product": Member(kind="keyed", collection="product", record="product", summary="One product", key="id or SKU"),
        "products": Member(kind="list", collection="product", record="product", summary="All products"),
        "store": Member(kind="value", collection="store", record="store", summary="The store"),
    },
    records={
        "product": RecordType(
            name="product",
            summary="A product",
            fields={
                "title": Field(type="text", summary="Its name", example="Tea"),
                "maker": Field(type="record", record="maker", summary="Who made it"),
                "images": Field(type="record", record="image", many=True, summary="Its images"),
            },
        ),
        "maker": RecordType(name="maker", summary="", fields={"name": Field(type="text", summary="The name")}),
        "image": RecordType(name="image", summary="", fields={"url": Field(type="url", summary="Where")}),
        "store": RecordType(name="store", summary="", fields={"name": Field(type="text", summary="The name")}),
    },
)


@pytest.mark.parametrize(
    ("path", "whole", "text"),
    [
        ("", [], ""),
        ("myw", [], "myw"),
        ("mywebshop.", ["mywebshop"], ""),
        ("mywebshop.pro", ["mywebshop"], "pro"),
        ("{$mywebshop.product.}", ["mywebshop", "product"], ""),
        ("$mywebshop.product.123456.ti", ["mywebshop", "product", "123456"], "ti"),
        ('mywebshop.product["AB/12-3"].ti', ["mywebshop", "product", "AB/12-3"], "ti"),
        ("mywebshop.product['a.b'].", ["mywebshop", "product", "a.b"], ""),
        ("mywebshop.product[12]", ["mywebshop", "product", "12"], ""),
    ],
)
def test_a_path_is_cut_into_whole_segments_and_the_one_being_typed(path: str, whole: list[str], text: str) -> None:
    assert cut(path) == (whole, text)


@pytest.mark.parametrize("path", ["mywebshop.product[", "a]b"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="is not a path such as"):
        cut(path)


@pytest.mark.parametrize(
    ("below", "text", "names"),
    [
        ([], "", ["product", "products", "store"]),
        ([], "prod", ["product", "products"]),
        (["product"], "", []),
        (["product", "12"], "", ["title", "maker", "images"]),
        (["product", "12"], "IT", ["title"]),
        (["product", "12", "maker"], "", ["name"]),
        (["product", "12", "images"], "", []),
        (["product", "12", "unknown"], "", []),
        (["store"], "", ["name"]),
        (["products"], "", ["title", "maker", "images"]),
    ],
)
def test_the_schema_names_members_and_fields(below: list[str], text: str, names: list[str]) -> None:
    assert [item.insert for item in from_schema(SCHEMA, "myshop", below, text)] == names


def test_a_member_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(SettingsError, match="`myshop` has no `prodct`; did you mean `product`"):
        list(from_schema(SCHEMA, "myshop", ["prodct", "1"], ""))


def test_a_field_is_explained_with_its_example() -> None:
    (title,) = from_schema(SCHEMA, "myshop", ["product", "12"], "title")
    assert (title.label, title.detail) == ("text", "Its name (example: Tea)")
