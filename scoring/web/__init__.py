"""The pages about orders, scores, segments and reports."""
