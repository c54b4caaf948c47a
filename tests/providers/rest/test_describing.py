"""What is said of a description that has faults: each with its line, its key and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.errors import SettingsError
from dovetail.integrations.settings import read_settings
from dovetail.providers.rest.settings import KIND, make

GOOD = """\
[integrations.crm]
kind = "rest"
url = "https://api.example"

[integrations.crm.collections.customer]
one = "customers/{key}"
list = "customers"
items = "/data"
paging = { style = "page", size = "per_page" }
batch = { parameter = "ids" }
types = { points = "integer", created_at = "date" }
relations = { city_id = "city" }
filters = { city = "city={value}", points = { ">=" = "min={value}" } }
order = { asc = "sort={field}", fields = ["points"] }
search = "q={value}"

[integrations.crm.collections.city]
list = "cities"
plural = "cities"
"""


def fault(folder: Path, old: str, new: str) -> str:
    assert old in GOOD
    path = folder / "dovetail.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        read_settings(path, {"rest": KIND})
    return str(raised.value).replace(f"{folder}/", "")


def test_a_good_description_has_no_faults_and_is_a_schema(tmp_path: Path) -> None:
    path = tmp_path / "dovetail.toml"
    path.write_text(GOOD, encoding="utf-8")
    (integration,) = read_settings(path, {"rest": KIND}).connect()
    schema = integration.provider.schema()
    assert set(schema.members) == {"customer", "customers", "city", "cities"}
    fields = schema.records["customer"].fields
    assert {name: field.type for name, field in fields.items()} == {
        "points": "integer",
        "created_at": "date",
        "city": "record",
    }
    assert schema.members["customers"].filters == ("city", "points")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('one = "customers/{key}"', "one = 7", "dovetail.toml:6:1: `one` is a text in quotes."),
        ('one = "customers/{key}"', 'one = "customers"', "dovetail.toml:6:1: `one` has {key} where the key goes, once. For example: one = "),
        ('one = "customers/{key}"', 'one = "https://evil.example/{key}"', "dovetail.toml:6:1: `one` is a path below `url`"),
        ('one = "customers/{key}"', 'one = "../{key}"', "dovetail.toml:6:1: `one` is a path as it stands in an address"),
        ('list = "customers"', 'lists = "customers"', "dovetail.toml:7:1: `lists` means nothing here. Did you mean `list`?"),
        ('items = "/data"', 'items = "data"', "dovetail.toml:8:1: `items` is a JSON pointer, and a JSON pointer is empty or begins with /."),
        ('style = "page"', 'style = "pages"', "dovetail.toml:9:12: `style` is one of: none, page, offset, cursor, link. Did you mean `page`?"),
        ('style = "page"', 'style = "cursor"', "dovetail.toml:9:1: paging by cursor needs `next`"),
        ('parameter = "ids"', 'most = 0, parameter = "ids"', "dovetail.toml:10:11: `most` is a whole number from 1 to 1000"),
        ('{ parameter = "ids" }', "{ }", "dovetail.toml:10:1: `collections.customer.batch` lacks `parameter`."),
        ('"integer"', '"int"', "dovetail.toml:11:11: there is no type `int`. Did you mean `integer`?"),
        ('city_id = "city"', 'city_id = "citty"', "dovetail.toml:12:15: there is no collection `citty`. Did you mean `city`?"),
        ('"city={value}"', '"city={v}"', "dovetail.toml:13:13: `city` is parameters with {value} where the value goes"),
        ('">="', '"=>"', "there is no operator `=>`"),
        ("{field}", "{name}", "dovetail.toml:14:11: `asc` is parameters with {field} where the field goes"),
        ('plural = "cities"', 'plural = "customers"', "`customers` is already `customer`'s. Give one of them another `plural`"),
        ('list = "cities"\n', "", "dovetail.toml:17:2: `city` has no address. Give it one = "),
        ("collections.city]", '"collections"."my-city"]', "`my-city` is no name that a template can write. Use letters, digits and _"),
    ],
)  # fmt: skip
def test_a_fault_has_its_line_its_key_and_a_remedy(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in fault(tmp_path, old, new)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    said = fault(tmp_path, 'items = "/data"\n', "items = 7\npersonal = 1\n")
    assert "`items` is a text" in said
    assert "`personal` is true or false" in said


def test_a_description_from_a_program_is_checked_as_well() -> None:
    with pytest.raises(SettingsError, match=r"`crm`: collections.customer: `customer` has no address"):
        make("crm", {"url": "https://api.example", "collections": {"customer": {}}})


@pytest.mark.parametrize("header", ["Authorization", "cookie", "Host"])
def test_a_secret_is_no_plain_header(tmp_path: Path, header: str) -> None:
    said = fault(tmp_path, 'kind = "rest"', f'kind = "rest"\nheaders = {{ {header} = "x" }}')
    assert f"dovetail.toml:3:13: `{header}` is not for here. Secrets have settings of their own" in said
