"""What people and systems type as a phone, an e-mail or a name, made comparable.

Pure modules: no database, no Django models. Nothing is imported here, so that a reader
sees at each call which module a rule lives in:

* `text`: characters the database can't keep, white space, folding for comparison;
* `phones`: typed text to E.164 and back to a form for people;
* `search_forms`: the digit strings a typed search could stand for;
* `emails`, `names`: the same care for the other two ways to know a person;
* `invalid`: the one family of errors they raise.
"""
