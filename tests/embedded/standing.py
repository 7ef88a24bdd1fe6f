"""A Switchboard that stays up from test to test."""

from pathlib import Path

from tests.embedded.checkouts import Run


class Standing:
    """The Switchboard of the shared checkout, up from test to test: a start costs ten seconds."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.current: Run | None = None

    def up(self) -> Run:
        """The one that runs; a new one when none does."""
        if self.current is None or self.current.process.poll() is not None:
            self.current = Run(self.checkout).wait()
        return self.current

    def again(self) -> Run:
        """A new one, after the test has ended the last."""
        assert self.current is None or self.current.process.poll() is not None
        return self.up()

    def down(self) -> None:
        """Make room for a test that starts its own."""
        if self.current is not None:
            self.current.clean_up()
            self.current = None
