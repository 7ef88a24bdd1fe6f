"""The port that the web listens on, opened once by the supervisor and kept by it."""

import errno
import socket

from crm.embedded.errors import StartError

HOST = "127.0.0.1"  # the demo logins are known to everyone, so this machine only
FIRST, LAST = 8000, 8099


def _listen(port: int) -> socket.socket | None:
    """A listening socket, or None when the port is busy."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise StartError(f"Port {port} cannot be opened: {error.strerror}.") from error
    return listener


def open_port(wanted: str | None) -> socket.socket:
    """Listen on the wanted port (PORT of the environment), or on the first free one from 8000."""
    if wanted:
        if not wanted.isascii() or not wanted.isdigit() or not 0 < int(wanted) < 65_536:
            raise StartError(f"PORT must be a number from 1 to 65535, not {wanted[:20]!r}.")
        listener = _listen(int(wanted))
        if listener is None:
            raise StartError(
                f"Port {wanted} is used by another program. Choose another (make run PORT=8010), "
                "or leave PORT out to get the next free one."
            )
        return listener
    for port in range(FIRST, LAST + 1):
        listener = _listen(port)
        if listener is not None:
            return listener
    raise StartError(f"All ports from {FIRST} to {LAST} are in use. Set PORT to a free one.")
