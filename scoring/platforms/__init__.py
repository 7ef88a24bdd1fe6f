"""The ticket platforms whose orders we pull: how each is asked, page by page."""
