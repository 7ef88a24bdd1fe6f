"""The language in which people say who belongs to a segment (docs/segments.md)."""
