import pytest

from dashboard.settings import load_settings


def test_defaults_serve_this_machine_only(monkeypatch):
    for name in ("HEED_BIND", "HEED_PORT", "PORT"):
        monkeypatch.delenv(name, raising=False)
    settings = load_settings()
    assert (settings.bind, settings.port, settings.is_local) == ("127.0.0.1", 8050, True)


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.4", "::", "heed.example"])
def test_a_network_address_is_refused_without_a_word_of_trust(monkeypatch, capsys, address):
    monkeypatch.setenv("HEED_BIND", address)
    with pytest.raises(SystemExit) as ended:
        load_settings()
    assert ended.value.code == 2
    assert "HEED_TRUSTED_NETWORK=1" in capsys.readouterr().err


def test_a_trusted_network_asks_for_a_secret_key(monkeypatch, capsys):
    monkeypatch.setenv("HEED_BIND", "192.168.1.4")
    monkeypatch.setenv("HEED_TRUSTED_NETWORK", "1")
    monkeypatch.setenv("HEED_SECRET_KEY", "short")
    with pytest.raises(SystemExit):
        load_settings()
    said = capsys.readouterr().err
    assert "HEED_SECRET_KEY" in said
    assert "short" not in said
    monkeypatch.setenv("HEED_SECRET_KEY", "0123456789abcdef0123456789abcdef")
    assert not load_settings().is_local


@pytest.mark.parametrize(
    ("name", "value"),
    [("HEED_PORT", "many"), ("HEED_PORT", "70000"), ("HEED_UPLOAD_LIMIT", "0"), ("HEED_LOG_LEVEL", "loud")],
)
def test_a_wrong_setting_ends_the_start_and_is_named(monkeypatch, capsys, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        load_settings()
    assert name in capsys.readouterr().err


def test_port_is_read_unless_heed_port_is_set(monkeypatch):
    monkeypatch.delenv("HEED_PORT", raising=False)
    monkeypatch.setenv("PORT", "9123")
    assert load_settings().port == 9123
    monkeypatch.setenv("HEED_PORT", "9124")
    assert load_settings().port == 9124


def test_hosts_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("HEED_HOSTS", "Heed.example, other.example,")
    assert load_settings().hosts == ("heed.example", "other.example")
