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


@pytest.mark.parametrize("host", ["evil.example", "localhost:80@evil.example", "evil.example/x", '"><svg>'])
@pytest.mark.parametrize("path", ["/account", "/debates?order=new", "/articles//x", "//debates//"])
def test_an_address_is_tidied_without_the_host_that_was_asked_for(
    sqlite_app: Flask, host: str, path: str
) -> None:
    raw = {"HTTP_HOST": host, "PATH_INFO": path.partition("?")[0], "REQUEST_URI": path}
    query = path.partition("?")[2]
    tidied = sqlite_app.test_client().get("/", query_string=query, environ_overrides=raw)
    assert tidied.status_code == 308
    assert tidied.location in {"/account/", "/debates/?order=new", "/articles/x", "/debates/"}
    assert host not in tidied.text
