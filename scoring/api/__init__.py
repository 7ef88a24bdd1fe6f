"""The REST endpoints of orders, scores and segments."""
