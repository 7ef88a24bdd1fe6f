"""The errors of this package: a machine code for programs, plain words for people."""


class InvalidIdentifier(ValueError):
    """Typed text that can't be kept as what it was meant to be.

    `message` says what was wrong and what to do. It never repeats the typed text, because
    errors end up in logs and reports, and the text is somebody's phone, address or name.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class InvalidPhone(InvalidIdentifier):
    """Codes: empty, too_short, too_long, letters, not_a_number, no_country, placeholder."""


class InvalidEmail(InvalidIdentifier):
    """Codes: empty, no_at, several, too_long, bad_domain, not_an_address."""


class InvalidName(InvalidIdentifier):
    """Codes: empty, too_long, no_letter, control_characters."""
