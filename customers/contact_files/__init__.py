"""Reads the files in which address books and other programs export people.

Pure: it turns bytes into `ContactRow`s and says what is wrong with each row. It knows nothing
of companies, of countries, or of who is already a customer; the import service does.

    contacts = open_contacts(file, date_order=DateOrder.DAY_FIRST)
    for row in contacts: ...

`rows` says what comes out, `headers` which columns are understood, `crm.tabular` how bytes become
cells, `cards` how vCards do, `values` how cells become dates, labels and notes, `reader` puts them
together.
"""
