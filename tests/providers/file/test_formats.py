"""The same products as JSON, JSONL, CSV, Parquet and SQLite; what is particular to each; faults."""

from __future__ import annotations

import datetime
import decimal
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dovetail.engine.ports import Answer, Ask, Filter, Order, Query, Ref
from dovetail.errors import OddAnswerError, ProviderError, UnreachableError
from dovetail.providers.described.shapes import Shape
from dovetail.providers.file.provider import Files
from dovetail.providers.file.spec import Collection, Collections, Place
from tests.providers.file.conftest import Describe

PRODUCTS: list[dict[str, object]] = [
    {"sku": "A1", "name": "Boot", "price": 90.5, "stock": 3, "brand_id": 1},
    {"sku": "B2", "name": "Sock", "price": 5.0, "stock": 0, "brand_id": 2},
    {"sku": "00123", "name": "Hat", "price": 15.0, "stock": 7, "brand_id": 1},
    {"sku": "D4", "name": "Lace", "price": 2.5, "stock": None, "brand_id": None},
]


def write_json(folder: Path) -> str:
    (folder / "products.json").write_text(json.dumps({"products": PRODUCTS}))
    return 'file = "products.json"\nitems = "/products"\n'


def write_jsonl(folder: Path) -> str:
    (folder / "products.jsonl").write_text("\n".join(json.dumps(each) for each in PRODUCTS))
    return 'file = "products.jsonl"\n'


def write_csv(folder: Path) -> str:
    lines = [";".join(PRODUCTS[0])]
    lines += [";".join("" if value is None else str(value) for value in each.values()) for each in PRODUCTS]
    (folder / "products.csv").write_text("\n".join(lines))
    return 'file = "products.csv"\ntypes = "guess"\n'


def write_parquet(folder: Path) -> str:
    arrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as files

    files.write_table(arrow.Table.from_pylist(PRODUCTS), folder / "products.parquet")
    return 'file = "products.parquet"\n'


def write_sqlite(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "shop.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE goods (sku TEXT, name TEXT, price REAL, stock INTEGER, brand_id INTEGER)")
        connection.executemany("INSERT INTO goods VALUES (?, ?, ?, ?, ?)", [tuple(each.values()) for each in PRODUCTS])
    return 'file = "shop.sqlite"\ntable = "goods"\n'


WRITERS = [write_json, write_jsonl, write_csv, write_parquet, write_sqlite]
HEAD = "[integrations.data.collections.product]\nkey = 'sku'\ntitle = 'name'\n"


@pytest.fixture(params=WRITERS, ids=lambda each: each.__name__.removeprefix("write_"))
def products(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The description of a collection of products in one of the formats."""
    write: Callable[[Path], str] = request.param
    return HEAD + write(tmp_path)


def test_a_record_has_its_values_with_their_types(data: Describe, products: str) -> None:
    described = data(products)
    for each in PRODUCTS:
        record = described.one("product", str(each["sku"]))
        assert (dict(record.fields), record.title) == (each, each["name"])
    assert described.answer("product", "nothing").found is False
    assert described.answer("product", "").found is False


def test_a_template_reads_files(data: Describe, products: str) -> None:
    shown = data(products).render(
        "{$data.product['00123']} {$data.product.A1.price}{foreach $data.products|filter:'price':'<':16|orderby:'price':'desc'|limit:2 as $p} {$p.sku}{/foreach}"
    )
    assert shown == "Hat 90.5 00123 B2"


QUERIES = [
    Query(),
    Query(limit=2),
    Query(limit=0),
    Query((Filter("price", ">", 4),)),
    Query((Filter("price", "<=", 5.0),), (Order("name"),)),
    Query((Filter("name", "==", "Boot"),)),
    Query((Filter("name", "!=", "Boot"),)),
    Query((Filter("stock", "!=", 3),)),
    Query((Filter("stock", "==", 0),)),
    Query((Filter("stock", "<", 5),)),
    Query((Filter("stock", "set"),)),
    Query((Filter("brand_id", "==", 1),), (Order("price", True),), 1),
    Query((Filter("brand_id", "==", None),)),
    Query((Filter("brand_id", "==", ""),)),
    Query((Filter("brand_id", "in", (1, 2)),), (Order("sku"),)),
    Query((Filter("sku", "in", ("A1", "zz")),)),
    Query((Filter("name", "like", "%O%"),), (Order("brand_id"), Order("price"))),
    Query((Filter("name", "==", "x' OR '1'='1"),)),
    Query((Filter("price", "==", "90.5"),)),
    Query((Filter("price", ">", "4"), Filter("name", ">", "Hat"))),
    Query((Filter("stock", "==", 2**70),)),
    Query((), (Order("brand_id", True), Order("name"))),
    Query((Filter("stock", "==", False),)),
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_a_query_selects_the_same_in_every_format(data: Describe, tmp_path: Path, query: Query) -> None:
    plain = data(HEAD + 'relations = { brand_id = "product" }\n' + write_json(tmp_path))
    expected = plain.keys("product", query)
    for write in WRITERS[1:]:
        described = data(HEAD + 'relations = { brand_id = "product" }\n' + write(tmp_path))
        assert described.keys("product", query) == expected, write.__name__


def test_many_asks_of_a_round_are_one_question_for_keys(tmp_path: Path) -> None:
    shape, place = Shape(name="product"), Place(path=tmp_path / "p.csv", folder=tmp_path)
    files = Files("data", Collections({"product": Collection(shape=shape, place=place, format="csv")}))
    assert len(next(files.resolve([Ask("data", "product", key) for key in ("A1", "B2", "D4")]))) == 1


def test_a_changed_file_is_read_anew(data: Describe, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("id,name\n1,old\n")
    described = data('[integrations.data.collections.p]\nfile = "p.csv"\n')
    assert described.one("p", 1).fields["name"] == "old"
    path.write_text("id,name\n1,newer\n")
    assert described.one("p", 1).fields["name"] == "newer"
    other = tmp_path / "other"
    other.write_text("id,name\n1,moved\n")
    other.replace(path)
    assert described.one("p", 1).fields["name"] == "moved"


def test_a_file_whose_time_and_size_are_the_same_is_not_read_again(data: Describe, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("id,name\n1,a\n")
    described = data('[integrations.data.collections.p]\nfile = "p.csv"\n')
    assert described.one("p", 1).fields["name"] == "a"
    state = path.stat()
    path.write_text("id,name\n1,b\n")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert described.one("p", 1).fields["name"] == "a"
    os.utime(path)
    assert described.one("p", 1).fields["name"] == "b"


# --- CSV


def csv_of(data: Describe, folder: Path, text: str | bytes, more: str = "") -> Describe:
    (folder / "p.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return lambda lines: data(f'[integrations.data.collections.p]\nfile = "p.csv"\n{more}{lines}')


def test_a_csv_file_is_text_unless_types_are_declared(data: Describe, tmp_path: Path) -> None:
    text = "id,zip,price,n,on\n1,01234,9.50,7,yes\n2,99,,,\n"
    plain = csv_of(data, tmp_path, text)("")
    assert plain.one("p", 1).fields == {"id": "1", "zip": "01234", "price": "9.50", "n": "7", "on": "yes"}
    declared = csv_of(data, tmp_path, text)(
        'types = { price = "money", n = "integer", on = "boolean", zip = "text" }\n'
    )
    assert declared.one("p", 1).fields == {"id": "1", "zip": "01234", "price": 9.5, "n": 7, "on": True}
    assert declared.one("p", 2).fields == {"id": "2", "zip": "99", "price": None, "n": None, "on": None}


def test_guessed_types_keep_numbers_that_begin_with_zero_as_text(data: Describe, tmp_path: Path) -> None:
    text = "id,zip,price,mixed,on,none\n1,01234,9.50,7,true,\n2,99,,x,FALSE,\n"
    guessed = csv_of(data, tmp_path, text)('types = "guess"\n')
    assert guessed.one("p", 1).fields == {"id": 1, "zip": "01234", "price": 9.5, "mixed": "7", "on": True, "none": ""}
    assert guessed.one("p", 2).fields == {"id": 2, "zip": "99", "price": None, "mixed": "x", "on": False, "none": ""}


@pytest.mark.parametrize(
    ("text", "more", "name"),
    [
        ("id;name\n1;a, b\n", "", "a, b"),
        ("id\tname\n1\ta\n", "", "a"),
        ('id,name\n1,"a ""x"", b"\n', "", 'a "x", b'),
        ("\ufeffid,name\n1,a\n", "", "a"),
        ("id,name\n1,Caf\u00e9\n".encode("cp1252"), 'encoding = "cp1252"\n', "Caf\u00e9"),
        ("id^name\n1^a\n", 'delimiter = "^"\n', "a"),
        ('\nid,name\r\n\r\n1,"two\nlines"\r\n', "", "two\nlines"),
    ],
)
def test_the_ways_to_write_csv(data: Describe, tmp_path: Path, text: str | bytes, more: str, name: str) -> None:
    assert csv_of(data, tmp_path, text, more)("").one("p", 1).fields["name"] == name


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("id,name\n1,a,b\n", "", "row 2 has 3 values for 2 columns"),
        ("id,id\n1,2\n", "", "two of its columns have one name"),
        (b"id,name\n1,Caf\xe9\n", "", "line 2 is not utf-8 text"),
        ('id,name\n1,"a" b\n', "", "line 2 cannot be read"),
        ("id,n\n1,7\n2,secret\n", 'types = { n = "integer" }\n', "in row 2, its n is not of the type integer"),
    ],
)
def test_a_fault_of_a_file_is_said_with_its_place_and_without_its_data(
    data: Describe, tmp_path: Path, text: str | bytes, more: str, words: str
) -> None:
    error = csv_of(data, tmp_path, text, more)("").error("p", 1)
    assert isinstance(error, OddAnswerError)
    assert error.message.startswith("`data` cannot read p.csv for p: ")
    assert words in error.message
    assert "secret" not in error.message
    assert error.help


# --- JSON


def test_objects_under_their_keys_are_rows(data: Describe, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"nl": {"name": "Netherlands"}, "be": {"name": "Belgium"}}')
    described = data('[integrations.data.collections.country]\nfile = "c.json"\nkey = "code"\nplural = "countries"\n')
    assert described.one("country", "be").fields == {"code": "be", "name": "Belgium"}


@pytest.mark.parametrize(
    ("name", "text", "more", "words"),
    [
        ("c.json", "{", "", "it is not JSON (line 1, column 2)"),
        ("c.json", '{"a": [1]}', 'items = "/b"\n', "it has nothing at /b; there is an object with a"),
        ("c.json", '{"a": 1}', "", "it has an object with a where an array of objects should be"),
        ("c.json", "[1]", "", "row 1 is a number, not an object"),
        ("c.json", '[{"x": 1}]', "", "a row of c.json has no id: it has x"),
        ("c.jsonl", '{"id": 1}\n{"id": \n', "", "line 2 is not JSON"),
        ("c.parquet", "PAR1", "", "it is no Parquet file"),
        ("c.db", "no database at all, but long enough for a header of one" * 4, "", "it is no SQLite database"),
    ],
)
def test_what_is_not_what_the_settings_say(
    data: Describe, tmp_path: Path, name: str, text: str, more: str, words: str
) -> None:
    (tmp_path / name).write_text(text)
    error = data(f'[integrations.data.collections.c]\nfile = "{name}"\n{more}').error("c", Query())
    assert words in error.message
    assert error.help


def test_a_file_that_is_not_there_may_come_later(data: Describe) -> None:
    error = data('[integrations.data.collections.c]\nfile = "c.json"\n').error("c", 1)
    assert isinstance(error, UnreachableError)
    assert error.retryable
    assert error.message == "`data` cannot read c.json for c: it is not there"


def test_rows_with_one_key_are_nobody_s(data: Describe, tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text('{"id": 1, "name": "Jan"}\n{"id": "1", "name": "Piet"}\n{"id": 2}\n')
    described = data('[integrations.data.collections.c]\nfile = "c.jsonl"\n')
    assert "c.jsonl has 2 rows of c with the same id" in described.error("c", 1).message
    assert described.one("c", 2).key == 2


def test_a_column_that_is_not_there_is_an_error_and_not_nothing(data: Describe, tmp_path: Path) -> None:
    for write in (write_csv, write_parquet, write_sqlite):
        error = data(HEAD + write(tmp_path)).error("product", Query((Filter("prise", ">", 1),)))
        assert error.message == "`data`: product has no column `prise` to filter or put in order by"
        assert error.help == "did you mean `price`?"


# --- Parquet and SQLite


def test_dates_and_amounts_of_parquet_are_texts(data: Describe, tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as files

    row = {
        "id": 1,
        "day": datetime.date(2026, 5, 1),
        "at": datetime.datetime(2026, 5, 1, 9, 30),  # noqa: DTZ001  # as databases have them
        "amount": decimal.Decimal("12.50"),
        "tags": ["a"],
        "deep": {"x": 1},
        "raw": b"x",
    }
    files.write_table(arrow.Table.from_pylist([row]), tmp_path / "p.parquet")
    record = data('[integrations.data.collections.p]\nfile = "p.parquet"\n').one("p", 1)
    assert record.fields == {
        "id": 1, "day": "2026-05-01", "at": "2026-05-01 09:30:00", "amount": "12.50", "tags": ["a"], "deep": {"x": 1},
        "raw": None,
    }  # fmt: skip


def database(folder: Path, *statements: str) -> str:
    with closing(sqlite3.connect(folder / "d.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return '[integrations.data.collections.t]\nfile = "d.db"\n'


def test_names_of_tables_and_columns_may_be_anything(data: Describe, tmp_path: Path) -> None:
    lines = database(
        tmp_path,
        'CREATE TABLE "my ""table"" --" ("id; x" INTEGER, "na me" TEXT)',
        'INSERT INTO "my ""table"" --" VALUES (7, \'Jan\')',
    )
    described = data(lines + "table = 'my \"table\" --'\nkey = 'id; x'\n")
    assert described.one("t", 7).fields == {"id; x": 7, "na me": "Jan"}
    assert described.keys("t", Query((Filter("na me", "==", "Jan"),), (Order("id; x", True),))) == [7]


def test_a_view_is_a_table_and_the_database_stays_as_it_is(data: Describe, tmp_path: Path) -> None:
    lines = database(
        tmp_path,
        "CREATE TABLE x (id INTEGER)",
        "INSERT INTO x VALUES (1), (2)",
        "CREATE VIEW t AS SELECT id, id * 2 AS twice FROM x",
    )
    before = (tmp_path / "d.db").read_bytes()
    assert data(lines).one("t", 2).fields == {"id": 2, "twice": 4}
    assert (tmp_path / "d.db").read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["d.db", "dovetail.toml"]


@pytest.mark.parametrize("key", [7, "7"])
@pytest.mark.parametrize("type_", ["INTEGER", "TEXT", "", "REAL", "BLOB"])
def test_a_key_is_found_whatever_the_type_of_its_column(
    data: Describe, tmp_path: Path, type_: str, key: int | str
) -> None:
    lines = database(
        tmp_path, f"CREATE TABLE t (id {type_}, x TEXT)", "INSERT INTO t VALUES (7, 'seven'), ('x7', 'no')"
    )
    assert data(lines).one("t", key).fields["x"] == "seven"


def test_a_table_that_is_not_there_is_said_with_those_that_are(data: Describe, tmp_path: Path) -> None:
    error = data(database(tmp_path, "CREATE TABLE tt (id INTEGER)")).error("t", 1)
    assert "it has no table `t`" in error.message
    assert error.help == "did you mean `tt`?"


def test_a_database_that_somebody_writes_into_can_be_read(data: Describe, tmp_path: Path) -> None:
    lines = database(tmp_path, "PRAGMA journal_mode = WAL", "CREATE TABLE t (id INTEGER)", "INSERT INTO t VALUES (1)")
    with closing(sqlite3.connect(tmp_path / "d.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO t VALUES (2)")
        assert data(lines).keys("t") == [1]
        writer.execute("COMMIT")
        assert data(lines).keys("t") == [1, 2]


def test_relations_lead_from_file_to_file(data: Describe, tmp_path: Path) -> None:
    (tmp_path / "brands.csv").write_text("id,name\n1,Acme\n2,Best\n")
    lines = HEAD + write_json(tmp_path) + 'relations = { brand_id = "brand" }\n'
    lines += '[integrations.data.collections.brand]\nfile = "brands.csv"\nrelations = { goods = { collection = "product", where = "brand_id" } }\n'
    described = data(lines)
    assert described.one("product", "A1").fields["brand"] == Ref("brand", 1)
    assert (
        described.render("{$data.product.A1.brand.name}{foreach $data.brand.1.goods as $g} {$g}{/foreach}")
        == "Acme Boot Hat"
    )


def test_nobody_s_rows_are_never_selected(data: Describe, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("id,customer_id\n1,\n2,7\n")
    lines = '[integrations.data.collections.order]\nfile = "orders.csv"\npersonal = true\n'
    for value in ("", None, " "):
        assert data(lines).keys("order", Query((Filter("customer_id", "==", value),))) == []


def test_answers_are_not_kept(data: Describe, products: str) -> None:
    lifetime = data(products).provider.lifetime(Ask("data", "product", "A1"))
    assert (lifetime.seconds, lifetime.personal) == (0.0, False)


def test_several_collections_are_read_at_once(data: Describe, tmp_path: Path) -> None:
    lines = HEAD + write_csv(tmp_path) + "[integrations.data.collections.c]\nfile = 'none.json'\n"
    first, second = data(lines).answers(Ask("data", "product", "A1"), Ask("data", "c", 1))
    assert isinstance(first, Answer)
    assert isinstance(second, ProviderError)
