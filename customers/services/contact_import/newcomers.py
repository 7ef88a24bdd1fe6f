"""Is the person of a row here already under another phone or none? Asked of the duplicate model."""

from crm.actors import Actor
from customers.models import Customer
from customers.models.contact_point import ContactKind
from customers.models.duplicate import PairRelation
from customers.selectors.alike import alike
from customers.services.contact_import.reading import Incoming


def probably_here(actor: Actor, row: Incoming) -> str:
    """Who the person is likely to be, as a sentence; empty where nobody is likely.

    A few milliseconds among a million customers; people of the same batch are not known yet.
    """
    if not row.has_name:
        return ""
    values = [(one.kind, one.value) for one in row.readings]
    found = alike(
        actor=actor,
        full_name=row.name["full_name"],
        birthday=row.birthday,
        address_line=row.address.get("address_line", ""),
        city=row.address.get("city", ""),
        postcode=row.address.get("postcode", ""),
        phones=[value for kind, value in values if kind == ContactKind.PHONE],
        emails=[value for kind, value in values if kind == ContactKind.EMAIL],
        limit=1,
    )
    likely = next((one for one in found if one.relation == PairRelation.SAME), None)
    if likely is None:
        return ""
    code = Customer.objects.filter(pk=likely.customer_id).values_list("code", flat=True).first()
    return (
        f"This is probably {code}, who is here already. Add the new phone or e-mail there, or "
        "import the file without asking who is here."
    )
