"""The parts of the contact import, in the order in which a row meets them.

`reading` turns a row of a file into phones, e-mails and fields as we keep them; `book` knows who
holds which of them; `planning` decides for each row, with `same_name`, whose it is; `writing` puts
a batch of decisions into the database; `report` says what became of every row.
"""
