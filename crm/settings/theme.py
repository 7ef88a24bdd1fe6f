"""The Django admin's look (django-unfold)."""

UNFOLD = {
    "SITE_TITLE": "Switchboard admin",
    "SITE_HEADER": "Switchboard",
    "SITE_SYMBOL": "call",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": True,
    "BORDER_RADIUS": "6px",
    # The one accent colour of the pages (crm/static/crm/css/tokens.css), as unfold's scale.
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .012 262)",
            "100": "oklch(95% .025 262)",
            "200": "oklch(90.5% .05 262)",
            "300": "oklch(83.5% .085 262)",
            "400": "oklch(73% .13 262)",
            "500": "oklch(61% .165 262)",
            "600": "oklch(50% .175 262)",
            "700": "oklch(44.5% .17 262)",
            "800": "oklch(39% .145 262)",
            "900": "oklch(33.5% .115 262)",
            "950": "oklch(25% .085 262)",
        }
    },
}
