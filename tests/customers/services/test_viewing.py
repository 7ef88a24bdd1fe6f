"""Who looked, and through which door; and when something last happened."""

from datetime import timedelta

from crm.actors import Door
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import Customer
from customers.services.activity import touch
from customers.services.viewing import record_view
from tests.factories.customers import make_customer
from tests.worlds import World


def test_a_view_is_in_the_trail_with_its_door(acme: World) -> None:
    ana = make_customer(acme.system())
    for door in (Door.WEB, Door.ADMIN):
        record_view(actor=acme.actor(Role.SERVICE, door=door), customer=ana)
    views = AuditEvent.objects.filter(action="customer.viewed").order_by("id")
    assert [view.door for view in views] == ["web", "admin"]
    assert {view.actor_name for view in views} == {acme.staff[Role.SERVICE].display_name}
    assert views[0].subject_id == str(ana.pk)


def test_activity_only_moves_forward(acme: World) -> None:
    ana = make_customer(acme.system())
    later = ana.last_activity_at + timedelta(hours=1)
    for at in (later, later - timedelta(days=3)):
        touch(customer_id=ana.pk, at=at)
        assert Customer.objects.get(pk=ana.pk).last_activity_at == later
