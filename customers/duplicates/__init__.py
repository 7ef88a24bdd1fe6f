"""How alike two records are and what they are to each other; see docs/duplicates.md."""
