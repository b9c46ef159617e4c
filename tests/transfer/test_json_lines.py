import json

from hypothesis import given
from hypothesis import strategies as st

from blog.transfer.json_lines import line_of_values

TEXT = """{
 "article": "een", "comments": [
  {"id": "a",
   "body": "Een \\" aanhaling\\n, [en] {haken}"
  },

  {"id": {"diep":
     [1]}}, 3
 ],
 "leeg": [], "niets": {}
}"""

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def test_it_tells_where_each_value_begins() -> None:
    assert line_of_values(TEXT, depth=3) == {
        (): 1,
        ("article",): 2,
        ("comments",): 2,
        ("comments", 0): 3,
        ("comments", 0, "id"): 3,
        ("comments", 0, "body"): 4,
        ("comments", 1): 7,
        ("comments", 1, "id"): 7,
        ("comments", 2): 8,
        ("leeg",): 10,
        ("niets",): 10,
    }


def test_it_goes_no_deeper_than_asked() -> None:
    assert line_of_values(TEXT, depth=0) == {(): 1}


@given(value=values, indent=st.sampled_from([None, 0, 1]))
def test_it_goes_through_whatever_the_library_reads(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)

    lines = line_of_values(f"\n\n{text}\n", depth=9)

    assert lines[()] == 3
    assert max(lines.values()) <= 3 + text.count("\n")
