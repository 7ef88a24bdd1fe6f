"""Tables in files: what spreadsheets and other programs write as CSV, made rows.

Pure: bytes to cells, and what is wrong with a row as a whole. What the columns mean is for those
who read contacts or orders.

`records` says how bytes become cells, `shape` whether the cells of a row fit the header,
`header_text` how column names are compared.
"""
