"""Names as people of four countries have them, lists of our own."""
