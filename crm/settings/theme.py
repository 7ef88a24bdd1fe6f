"""The Django admin's look (django-unfold)."""

UNFOLD = {
    "SITE_TITLE": "Switchboard admin",
    "SITE_HEADER": "Switchboard",
    "SITE_SYMBOL": "call",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": True,
    "BORDER_RADIUS": "6px",
}
