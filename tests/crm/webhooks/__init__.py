"""Webhooks and the stream of changes behind them."""
