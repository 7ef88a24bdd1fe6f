"""Where webhooks may not go: into our own network, by whatever spelling."""

import ipaddress
import socket
from typing import Any

import pytest
from pytest_django import Settings

from crm.webhooks.addresses import AddressRefused, checked_url, is_public, read_url, resolve

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "100.64.0.1", "100.100.100.200", "169.254.169.254", "168.63.129.16", "192.0.0.192",
    "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "192.88.99.1", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::",
    "2001:0:5ef5:79fd::", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
    "2001:db8::1", "100::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused, match="private network"):
        checked_url(f"https://{host}/hook")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    assert checked_url(f"https://{host}/hook") == f"https://{host}/hook"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "example.com", "", "//x",
        "https://", "https:///path", "https://user@example.com/", "https://u:p@example.com/",
        "https://example.com:0/", "https://example.com:99999/", "https://example.com:x/",
        "https://example.com/#part", "https://example.com\\@10.0.0.1/", "https://exa mple.com/",
        "https://example.com/a b", "https://example.com/\r\nHost: x", "https://[::1/", "https://-x/",
        "https://bücher.example/", "https://example.com/" + "a" * 2000, "gopher://example.com/",
    ],
)  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_url(url)


# The resolver reads these as 127.0.0.1, as browsers and curl do.
@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f.0.0.1", "0177.0.0.1", "localhost"])
def test_names_that_mean_this_machine(host: str) -> None:
    with pytest.raises(AddressRefused):
        resolve(read_url(f"https://{host}/"))


def answering(*addresses: str) -> Any:
    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    return getaddrinfo


def test_every_address_of_a_name_must_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    target = read_url("https://shop.example/hook?key=1")
    monkeypatch.setattr(socket, "getaddrinfo", answering("1.1.1.1", "10.0.0.1"))
    with pytest.raises(AddressRefused):
        resolve(target)
    monkeypatch.setattr(socket, "getaddrinfo", answering())
    with pytest.raises(AddressRefused):
        resolve(target)
    monkeypatch.setattr(socket, "getaddrinfo", answering("1.1.1.1", "1.0.0.1"))
    assert resolve(target) == "1.1.1.1"
    assert (target.host, target.port, target.path) == ("shop.example", 443, "/hook?key=1")


def test_this_machine_only_where_a_setting_allows_it(settings: Settings) -> None:
    settings.WEBHOOKS_MAY_REACH_LOOPBACK = True
    assert checked_url("http://127.0.0.1:8000/") == "http://127.0.0.1:8000/"
    assert checked_url("https://[::1]:8000/") == "https://[::1]:8000/"
    for url in ("http://1.1.1.1/", "http://10.0.0.1/", "https://10.0.0.1/"):
        with pytest.raises(AddressRefused):
            checked_url(url)
    assert read_url("http://shop.example/").port == 80
    assert read_url("https://shop.example:8443/").host_header == "shop.example:8443"
