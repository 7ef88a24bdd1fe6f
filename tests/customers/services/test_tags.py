"""Words on customers."""

import pytest

from crm.errors import Forbidden, InvalidInput, NotFound
from crm.models import AuditEvent
from crm.roles import Role
from customers.models import Customer, Tag
from customers.services.tags import set_tags
from tests.factories.customers import make_customer
from tests.threads import run_threads
from tests.worlds import World


def put(world: World, customer: Customer, *names: str) -> list[str]:
    tags = set_tags(
        actor=world.actor(Role.RECEPTIONIST), customer_id=customer.pk, names=list(names)
    )
    return [tag.name for tag in tags]


def test_tags_are_made_on_demand_and_case_does_not_matter(acme: World) -> None:
    ana, ben = make_customer(acme.system()), make_customer(acme.system())
    assert put(acme, ana, "VIP", " golf  club ", "vip", "") == ["VIP", "golf club"]
    assert put(acme, ben, "Vip") == ["VIP"]
    assert Tag.objects.count() == 2


def test_the_list_replaces_the_former_and_the_trail_has_both(acme: World) -> None:
    ana = make_customer(acme.system())
    put(acme, ana, "VIP", "Golf")
    assert put(acme, ana, "Golf", "Tennis") == ["Golf", "Tennis"]
    assert put(acme, ana, "tennis", "GOLF") == ["Golf", "Tennis"]
    events = AuditEvent.objects.filter(action="customer.tagged").order_by("id")
    assert [(event.old, event.new) for event in events] == [
        ({"tags": []}, {"tags": ["Golf", "VIP"]}),
        ({"tags": ["Golf", "VIP"]}, {"tags": ["Golf", "Tennis"]}),
    ]
    assert put(acme, ana) == []


def test_letters_that_languages_fold_differently(acme: World) -> None:
    ana = make_customer(acme.system())
    assert sorted(put(acme, ana, "İstanbul", "Straße", "ลูกค้า")) == sorted(
        ["İstanbul", "Straße", "ลูกค้า"]
    )


@pytest.mark.parametrize(
    "names", [["x" * 61], ["a\x00"], ["\ud800"], [f"tag {n}" for n in range(51)]]
)
def test_bad_tags_are_refused(acme: World, names: list[str]) -> None:
    ana = make_customer(acme.system())
    with pytest.raises(InvalidInput) as refused:
        put(acme, ana, *names)
    assert list(refused.value.fields) == ["tags"]


def test_strangers_and_finance_may_not(acme: World, globex: World) -> None:
    ana = make_customer(acme.system())
    put(acme, ana, "VIP")
    with pytest.raises(Forbidden):
        set_tags(actor=acme.actor(Role.FINANCE), customer_id=ana.pk, names=["VIP"])
    with globex.inside():
        assert not Tag.objects.exists()
        with pytest.raises(NotFound):
            put(globex, ana, "VIP")


def test_eight_people_invent_the_same_tag_at_once(committed: None, acme: World) -> None:
    with acme.inside():
        people = [make_customer(acme.system()) for _ in range(8)]

    def tag(number: int) -> list[str]:
        with acme.inside():
            return put(acme, people[number], "Vip" if number % 2 else "VIP", "Golf")

    results = run_threads(8, tag)
    assert {len(names) for names in results} == {2}
    with acme.inside():
        assert Tag.objects.count() == 2
