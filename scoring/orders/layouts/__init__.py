"""Files of orders: which report a file is, and its orders one by one.

    file = open_orders(content, options)
    for entry in file.entries(): ...

`columns` says how headers are understood, `row` how cells are read, `humanitix_csv`,
`eventbrite_csv` and `generic_csv` what each report means, `reading` puts them together.
"""
