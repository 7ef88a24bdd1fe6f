"""Where webhooks may go: to public addresses only, and to the very address that was checked.

A tenant chooses the URL, so it may be aimed at our own network. The name is resolved here, every
address it has must be public, and the connection goes to the one that was looked at: a name that
answers otherwise a moment later gains nothing.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

LONGEST_URL = 2000
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Addresses that look public and lead elsewhere.
_NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # what machines at Azure ask for their metadata
        "192.0.0.0/24",  # special uses, such as Oracle's metadata
        "192.88.99.0/24",  # 6to4 relays
        "2001::/32",  # Teredo and the next two hold an IPv4 address of anybody's choice
        "2002::/16",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "::/96",
        "fec0::/10",  # site-local, before fc00::/7
    )
]


class AddressRefused(Exception):
    """We do not send there; `reason` may be stored and shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Target:
    """The parts of an address. `host` is what certificate and Host header are for."""

    is_https: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The host, with its port where that is not the usual one."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.is_https else 80) else f"{name}:{self.port}"


def read_url(url: str) -> Target:
    """Take a URL apart. Raises AddressRefused for what is no address to send to."""
    if len(url) > LONGEST_URL or not _PRINTABLE.fullmatch(url):
        raise AddressRefused(f"Write the address in up to {LONGEST_URL} ASCII letters.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("This is not an address.") from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise AddressRefused("Leave out user and password: the signature proves who sends.")
    if parts.fragment or "\\" in url:
        raise AddressRefused("Leave out what is behind “#”, and backslashes.")
    host = parts.netloc.removesuffix(f":{port}") if port is not None else parts.netloc
    if not _HOST.fullmatch(host) or len(host) > 253 or port == 0:
        raise AddressRefused("This is not an address.")
    is_https = parts.scheme == "https"
    if not is_https and not (parts.scheme == "http" and settings.WEBHOOKS_MAY_REACH_LOOPBACK):
        raise AddressRefused("The address must begin with https://.")
    return Target(
        is_https=is_https,
        host=host.strip("[]").lower(),
        port=port or (443 if is_https else 80),
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def checked_url(url: str) -> str:
    """The URL, when it could be sent to. A literal address is judged; names are when we send.

    Raises AddressRefused.
    """
    target = read_url(url)
    try:
        literal = ipaddress.ip_address(target.host)
    except ValueError:
        return url
    require_allowed(target, literal)
    return url


def resolve(target: Target) -> str:
    """The address to connect to. Raises AddressRefused unless each one of the name's is allowed."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressRefused("The name of the address is not known.") from None
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        require_allowed(target, ipaddress.ip_address(address.partition("%")[0]))
    if not addresses:
        raise AddressRefused("The name of the address is not known.")
    return addresses[0]


def require_allowed(target: Target, address: Address) -> None:
    """Refuse an address that is not public. Development and tests may allow this machine itself."""
    if settings.WEBHOOKS_MAY_REACH_LOOPBACK and address.is_loopback:
        return
    if not target.is_https:
        raise AddressRefused("The address must begin with https://.")
    if not is_public(address):
        raise AddressRefused("The address leads into a private network.")


def is_public(address: Address) -> bool:
    """Whether the address is anybody's on the internet: not private, local, shared or special."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _NOT_PUBLIC)
