"""An app whose only purpose is a kind of source that tests can stop in the middle of its work."""
