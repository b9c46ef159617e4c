"""Addresses and who may use them."""

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound


def test_a_number_in_an_address_is_no_larger_than_an_id_can_be(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    endpoint, values = adapter.match(f"/account/sessions/{2**31 - 1}/end", method="POST")
    assert (endpoint, values) == ("accounts.end_session", {"session_id": 2**31 - 1})
    for too_large in (2**31, 2**63, 10**40):
        with pytest.raises(NotFound):
            adapter.match(f"/account/sessions/{too_large}/end", method="POST")
