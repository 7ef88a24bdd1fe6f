"""Pages of scores, segments and reports over HTTP, as a manager of the company that holds half."""

import os

import psycopg

from benchmarks.measure import Report, timed
from benchmarks.orders_at_scale import ensure_orders
from benchmarks.pages import Browser, web_process

MANAGER = "manager@motors.example"
ROUNDS = int(os.environ.get("PAGE_ROUNDS", "100"))
BUYERS = """
SELECT engagement.customer_id::text FROM scoring_engagement engagement
  JOIN crm_company company ON company.id = engagement.company_id AND company.slug = 'motors'
 WHERE engagement.is_live AND engagement.orders > 2
 LIMIT %s
"""
PAGES = {
    "overview": "/reports/",
    "heat map": "/reports/rfm/",
    "revenue, 12 months": "/reports/revenue/",
    "score rules": "/reports/rules/",
    "data freshness": "/reports/data/",
    "segments": "/customers/segments/",
    "one segment": "/customers/segments/vip/",
    "customers by score": "/customers/ranking/",
    "customers by score, hot": "/customers/ranking/?band=hot",
    "orders to look at": "/orders/",
}


def run(report: Report) -> None:
    """Measure each page, and the card of customers with orders."""
    url = os.environ["DATABASE_OWNER_URL"]
    orders, _ = ensure_orders(url)
    report("orders", f"{orders:,}")
    with psycopg.connect(url) as owner:
        buyers = [row[0] for row in owner.execute(BUYERS, [ROUNDS]).fetchall()]
    with web_process() as port:
        browser = Browser(port)
        browser.sign_in(MANAGER)

        def show(path: str) -> None:
            status, _ = browser.ask("GET", path)
            if status != 200:
                raise RuntimeError(f"{path.partition('?')[0]} was answered {status}")

        for what, path in PAGES.items():
            report(what, timed(show, [path] * ROUNDS).text())
        report("card of a buyer", timed(show, [f"/customers/{one}/" for one in buyers]).text())
