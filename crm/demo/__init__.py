"""Demo data: four companies with people, leads and history, the same at every load.

The generators are pure: from a seed and the day of loading they make rows, and only `loading`
writes them. Nobody in here exists; names are put together from lists, numbers are drawn from the
mobile ranges of their countries, e-mail addresses end in domains that nobody can own (RFC 2606).
"""
