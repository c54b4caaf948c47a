"""Any value that a template can meet."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from dovetail.engine.ports import Record, Ref

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["0", "", "10", "1e1", " 7", "7 ", "5 apples", "-0", "01", "abc", "ä", "9223372036854775808"]),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9),
    st.just(Decimal("1E+500")),
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001  # naive ones occur
    st.just(datetime(2024, 3, 5, 14, 7, 9, tzinfo=UTC)),
    st.just(Ref("product", 1)),
)
RECORDS = st.builds(
    Record,
    st.just("product"),
    st.integers(0, 9),
    st.text(max_size=5),
    st.dictionaries(st.text(max_size=4), SCALARS, max_size=3),
)
KEYS = st.one_of(st.integers(-3, 12), st.text(max_size=3), st.sampled_from(["0", "1", "01", "-1", "10"]))


def mappings(values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[int | str, object]]:
    """Maps that hold each PHP key once: not both 1 and "1", which no JSON document brings."""
    pairs = st.lists(st.tuples(KEYS, values), max_size=4, unique_by=lambda pair: str(pair[0]))
    return pairs.map(lambda found: dict(found))


VALUES = st.recursive(
    SCALARS | RECORDS,
    lambda inner: st.lists(inner, max_size=4) | mappings(inner),
    max_leaves=8,
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text(max_size=8))
