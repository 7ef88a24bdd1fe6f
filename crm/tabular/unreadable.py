"""The error of a file that is no table."""


class UnreadableFile(ValueError):
    """The file as a whole can't be read.

    Codes: empty, not_csv, not_text, not_workbook, too_large, too_many_columns, too_many_rows,
    unknown_header, line_too_long.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
