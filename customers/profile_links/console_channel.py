"""Codes on the console, for trying things out: registered in debug mode and for demos only."""

import sys

from customers.profile_links.channels import ChannelSettings, CodeMessage


class ConsoleChannel:
    """Prints the code where the worker runs."""

    name = "Console (for trying out)"
    needs_url = False

    def send(self, message: CodeMessage, settings: ChannelSettings) -> None:
        """Write it to the standard output, past all logs."""
        sys.stdout.write(f"Code for {message.phone}: {message.code}\n")
        sys.stdout.flush()
