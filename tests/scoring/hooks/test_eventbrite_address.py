"""Only addresses of orders at Eventbrite are read; nothing else is ever asked."""

import pytest

from scoring.hooks.eventbrite_address import Address, read_address

GOOD = "https://www.eventbriteapi.com/v3/orders/1234567890/"


@pytest.mark.parametrize("url", [GOOD, GOOD.rstrip("/")])
def test_an_order(url: str) -> None:
    assert read_address(url) == Address(order="1234567890")


def test_an_attendee() -> None:
    url = "https://www.eventbriteapi.com/v3/events/55/attendees/66/"
    assert read_address(url) == Address(event="55", attendee="66")


@pytest.mark.parametrize(
    "url",
    [
        "http://www.eventbriteapi.com/v3/orders/1/",
        "ftp://www.eventbriteapi.com/v3/orders/1/",
        "//www.eventbriteapi.com/v3/orders/1/",
        "https://evil.example/v3/orders/1/",
        "https://www.eventbriteapi.com.evil.example/v3/orders/1/",
        "https://evil.example#www.eventbriteapi.com/v3/orders/1/",
        "https://eventbriteapi.com/v3/orders/1/",
        "https://WWW.eventbriteapi.com/v3/orders/1/",
        "https://wwwXeventbriteapi.com/v3/orders/1/",
        "https://www.eventbriteapi.com@evil.example/v3/orders/1/",
        "https://user:password@www.eventbriteapi.com/v3/orders/1/",
        "https://@www.eventbriteapi.com/v3/orders/1/",
        "https://www.eventbriteapi.com:8443/v3/orders/1/",
        "https://www.eventbriteapi.com:443/v3/orders/1/",
        "https://www.eventbriteapi.com./v3/orders/1/",
        "https://127.0.0.1/v3/orders/1/",
        "https://[::1]/v3/orders/1/",
        "https://2130706433/v3/orders/1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://www.eventbriteapi.com/v3/orders/../users/me/",
        "https://www.eventbriteapi.com/v3/orders/1/../../users/me/",
        "https://www.eventbriteapi.com/v3/orders/%2e%2e/users/",
        "https://www.eventbriteapi.com/v3/orders/1/?expand=x",
        "https://www.eventbriteapi.com/v3/orders/1/#x",
        "https://www.eventbriteapi.com/v3/orders/abc/",
        "https://www.eventbriteapi.com/v3/orders//",
        "https://www.eventbriteapi.com/v3/orders/١٢٣/",
        "https://www.eventbriteapi.com/v3/orders/" + "1" * 31,
        "https://www.eventbriteapi.com/v3/users/me/",
        "https://www.eventbriteapi.com\\@evil.example/v3/orders/1/",
        "https://evil.example\\www.eventbriteapi.com/v3/orders/1/",
        "https://www.eventbriteapi.com/v3/orders/1/\n",
        "https://www.event\tbriteapi.com/v3/orders/1/",
        " https://www.eventbriteapi.com/v3/orders/1/",
        "https://www.eventbriteapi.com/v3/orders/1\x00/",
        "https://[broken/v3/orders/1/",
        "file:///etc/passwd",
        "",
        None,
        7,
        ["https://www.eventbriteapi.com/v3/orders/1/"],
        "https://www.eventbriteapi.com/v3/orders/1/" * 40,
    ],
)
def test_every_other_address_is_nothing(url: object) -> None:
    assert read_address(url) is None
