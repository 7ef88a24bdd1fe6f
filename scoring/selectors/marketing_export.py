"""The marketing export: rows of the refreshed view, streamed, their columns from a closed list."""

from collections.abc import Iterator, Mapping
from operator import attrgetter

from crm.actors import Actor
from crm.errors import InvalidInput
from crm.exports.columns import Column
from crm.roles import Action
from crm.tenancy import use_company
from customers.models.consent import ConsentChannel
from scoring.models import MarketingExport

CHUNK = 2000  # rows fetched at a time
# The titles that people's mailing tools know come from the source (S1.4).
_TITLES = {
    "code": "Code",
    "email": "Email",
    "given_name": "First Name",
    "family_name": "Last Name",
    "full_name": "Name",
    "phone": "Phone",
    "consent_email": "E-mail consent",
    "consent_sms": "Text message consent",
    "consent_phone": "Phone consent",
    "consent_post": "Post consent",
    "consent_chat": "Chat consent",
    "contactable": "Contactable by",
    "orders": "Total Orders",
    "net": "Total Spent",
    "currency": "Currency",
    "last_order_at": "Last Order Date",
    "segments": "Segment",
    "source": "Source",
    "created_at": "Created At",
    "address_line": "Address",
    "city": "City",
    "postcode": "Postcode",
    "country": "Country",
    "region": "Region",
    "location": "Location",
    "language": "Language",
    "preferred_contact": "Preferred contact",
    "lifecycle_stage": "Stage",
    "score": "Score",
    "band": "Band",
    "recency": "Recency",
    "frequency": "Frequency",
    "monetary": "Monetary",
    "tickets": "Tickets",
    "gross": "Gross",
    "first_order_at": "First Order Date",
}
MARKETING_COLUMNS: Mapping[str, Column] = {
    name: Column(title, attrgetter(name)) for name, title in _TITLES.items()
}


def marketing_rows(
    *, actor: Actor, segment: str = "", channel: str = ""
) -> Iterator[MarketingExport]:
    """The live customers as of the last refresh: all, of a segment (its slug), or those whom a
    consent channel may reach. In a transaction of its own that lasts as long as the reading.

    Raises Forbidden, and InvalidInput at `channel`, when called; not later.
    """
    actor.require(Action.EXPORT)
    if channel and channel not in ConsentChannel.values:
        raise InvalidInput.field("channel", "Choose one of the channels on the list.")
    return _rows(actor, segment, channel)


def _rows(actor: Actor, segment: str, channel: str) -> Iterator[MarketingExport]:
    with use_company(actor.company.pk):
        rows = MarketingExport.objects.filter(company_id=actor.company.pk).order_by("customer_id")
        if segment:
            rows = rows.filter(segments__contains=[segment])
        if channel:
            rows = rows.filter(contactable__contains=[channel])
        yield from rows.iterator(chunk_size=CHUNK)
