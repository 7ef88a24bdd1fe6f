"""Charts drawn on the server as SVG: Python computes the geometry, a template draws it.

Widths are percentages and heights are pixels, without a viewBox: so a chart fills its place on any
screen while its text keeps its size, and needs neither script nor inline style.
"""
