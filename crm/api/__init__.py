"""The ground of the REST API: who calls, what may be sent, what an answer looks like.

The endpoints stand in `<app>/api/`; `urls.py` puts them together.
"""
