import json

import pytest

from dashboard.security import GONE, is_own_host
from dashboard.settings import Settings

LOCAL = Settings()
TEAM = Settings(
    bind="192.168.1.4", trusted_network=True, secret_key="0123456789abcdef", hosts=("heed.example",)
)
PATHS = [
    "/",
    "/health",
    "/nowhere",
    "/_dash-layout",
    "/_dash-dependencies",
    "/assets/heed.css",
    "/download/x",
]


@pytest.mark.parametrize("path", PATHS)
def test_x12_every_answer_has_the_headers(client, path):
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy or "sandbox" in policy
    assert "unsafe-eval" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_policy_names_the_hash_of_every_inline_script(client, app):
    policy = client.get("/").headers["Content-Security-Policy"]
    assert all(digest in policy for digest in app.csp_hashes())
    assert "'self' 'sha256-" in policy


def test_s8_dynamic_answers_are_not_stored_and_files_are(client):
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert "immutable" in client.get("/assets/heed.css?m=1").headers["Cache-Control"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8050",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "192.168.1.4",
        "",
        "a,b",
        "localhost, evil.example",
        "[::1",
        "[evil]",
        "0x7f000001",
        "localhost@evil.example",
    ],
)
def test_s4_other_names_are_refused(host):
    assert not is_own_host(LOCAL, host)


def test_s4_a_network_server_answers_to_addresses_and_listed_names():
    assert is_own_host(TEAM, "192.168.1.4:8050")
    assert is_own_host(TEAM, "heed.example")
    assert not is_own_host(TEAM, "evil.example")


def test_s4_dns_rebinding_is_refused(client):
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 403
    assert "react-entry-point" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
def test_s5_another_site_can_not_make_the_browser_ask(client, body, headers):
    assert client.post("/_dash-update-component", json=body, headers=headers).status_code == 403


def test_s5_a_link_on_another_site_leads_here_but_loads_no_data(client):
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/", headers=link).status_code == 200
    assert client.get("/_dash-layout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.get("/download/x?format=csv", headers=link).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"])
def test_s5_other_methods_are_refused(client, method):
    assert client.open("/_dash-update-component", method=method).status_code == 405


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_r2_other_kinds_of_body_are_refused_unread(client, kind):
    for path, status in (("/_dash-update-component", 415), ("/upload", 415), ("/", 404), ("/health", 404)):
        assert client.post(path, data=b"--x\r\n" * 1000, content_type=kind).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        *sorted(GONE),
        "/_mcp",
        "/.git/config",
        "/tests/conftest.py",
        "/pyproject.toml",
        "/var/",
        "/_dash-ws",
        "/assets/..%2fpyproject.toml",
        "/assets/%2e%2e/pyproject.toml",
        "/assets/../pyproject.toml",
        "/_alive_x",
        "/_dash-component-suites/dash/../../pyproject.toml",
        "/_dash-component-suites/dash/nothing.js",
        "/a/b/c",
        "/_dash-component-suites/nobody/x.js",
        "/_dash-component-suites/dash/..%2f..%2fetc%2fpasswd",
        "/%00",
        "/_dash-component-suites/dash/deps/",
        "/console",
    ],
)
def test_p4_w10_what_is_not_served_is_404(client, path):
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "react-entry-point" not in answer.text


@pytest.mark.parametrize(
    "query", ["?x=1", "?run=a&run=b", "?run=" + "x" * 8000, "?%00=%ff", "?__proto__=1", "?a", "?&&="]
)
def test_p7_any_query_is_answered(client, query):
    assert client.get("/" + query).status_code == 200


def test_r1_a_large_body_is_refused(client):
    answer = client.post("/_dash-update-component", data=b" " * 3_000_000, content_type="application/json")
    assert answer.status_code == 413
    assert "error" in json.loads(answer.text)


def test_w10_debug_is_off(app):
    assert not app.server.debug
    assert not app._dev_tools.ui
    assert not app._enable_mcp


def test_a_callback_of_the_frame_is_answered(client, body):
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200
    assert answer.get_json()["sideUpdate"]["jobs"]["data"] == []
