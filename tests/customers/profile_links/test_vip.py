"""What an app does for its signed-in profile."""

from dataclasses import replace

import pytest

from crm.actors import Actor
from crm.errors import Conflict, Forbidden, InvalidInput
from crm.models import AuditEvent
from crm.roles import Action
from customers.models import ConsentEvent, ContactPoint, Customer, ProfileLink
from customers.selectors.profile_customer import LinkState
from customers.services.match_profile import NOTHING_PROVEN, ProvenClaims
from customers.services.profile_links import link_profile
from customers.services.profile_tokens import SignedInProfile
from customers.services.removal import delete_customer
from customers.services.vip import (
    LinkStep,
    edit_own_profile,
    link_account,
    marketing_of,
    vip_status,
)
from tests.factories.customers import make_customer
from tests.worlds import World

PHONE, EMAIL = "+61412345678", "ana@ex.org"
PROFILE = SignedInProfile(
    provider="supabase", profile_id="7b0f6a2e", claims=ProvenClaims(phone=PHONE)
)
UNPROVEN = replace(PROFILE, claims=NOTHING_PROVEN)


@pytest.fixture
def app(acme: World) -> Actor:
    """The app's key, with the scope vip:act and no more."""
    granted = (Action.FIND_CUSTOMERS, Action.VIEW_CUSTOMER)
    return replace(acme.system(), granted=frozenset(granted), system_name="API key App")


@pytest.fixture
def ana(acme: World) -> Customer:
    return make_customer(acme.system(), name="Ana Lim", phone=PHONE, email=EMAIL)


def test_the_first_status_matches(app: Actor, ana: Customer) -> None:
    found = vip_status(actor=app, profile=PROFILE)
    assert (found.state, found.match_method) == (LinkState.LINKED_MATCHED, "phone_exact_match")
    assert found.customer is not None
    assert found.customer.customer_id == ana.pk
    assert vip_status(actor=app, profile=UNPROVEN) == found, "the link is kept"


def test_an_unproven_profile_is_known_and_not_linked(app: Actor, ana: Customer) -> None:
    for _ in range(2):
        found = vip_status(actor=app, profile=UNPROVEN)
        assert (found.state, found.customer) == (LinkState.NOT_LINKED, None)
    assert ProfileLink.objects.get().customer is None


def test_a_vanished_customer_is_healed(acme: World, app: Actor, ana: Customer) -> None:
    vip_status(actor=app, profile=PROFILE)
    delete_customer(actor=acme.system(), customer_id=ana.pk, reason="entered twice")
    assert vip_status(actor=app, profile=PROFILE).state is LinkState.LINKED_UNMATCHED
    again = make_customer(acme.system(), phone=PHONE)
    found = vip_status(actor=app, profile=PROFILE)
    assert found.customer is not None
    assert found.customer.customer_id == again.pk


def test_linking_again_says_so(app: Actor, ana: Customer) -> None:
    step = link_account(actor=app, profile=PROFILE, phone_text=PHONE)
    assert step is LinkStep.ALREADY_LINKED
    with pytest.raises(InvalidInput, match="phone"):
        link_account(actor=app, profile=replace(UNPROVEN, profile_id="other"))


def test_people_edit_their_own(app: Actor, ana: Customer) -> None:
    changes = {"full_name": "Ana Roy", "city": "Bangkok"}
    found = edit_own_profile(actor=app, profile=PROFILE, changes=changes)
    assert found.customer is not None
    assert (found.customer.full_name, found.customer.city) == ("Ana Roy", "Bangkok")
    told = AuditEvent.objects.get(action="customer.updated")
    assert (told.actor_name, told.door) == ("supabase profile 7b0f6a2e", "task")


def test_a_new_email_becomes_the_main_one_and_the_old_stays(app: Actor, ana: Customer) -> None:
    found = edit_own_profile(actor=app, profile=PROFILE, changes={}, email="New@Ex.org")
    assert found.customer is not None
    assert found.customer.email == "new@ex.org"
    assert ContactPoint.objects.filter(customer=ana, kind="email").count() == 2
    found = edit_own_profile(actor=app, profile=PROFILE, changes={}, email=EMAIL)
    assert found.customer is not None
    assert found.customer.email == EMAIL


def test_another_customers_email_is_not_taken(acme: World, app: Actor, ana: Customer) -> None:
    make_customer(acme.system(), name="Ben Roy", phone="", email="ben@ex.org")
    with pytest.raises(Conflict) as refused:
        edit_own_profile(actor=app, profile=PROFILE, changes={"city": "Rome"}, email="ben@ex.org")
    assert (refused.value.code, refused.value.details) == ("contact_in_use", {})
    ana.refresh_from_db()
    assert ana.city == "", "all or nothing"


def test_the_switch_is_stamped_and_may_lower(app: Actor, ana: Customer) -> None:
    found = edit_own_profile(actor=app, profile=PROFILE, changes={}, marketing_opt_in=True)
    said = marketing_of(found)
    assert (said.opted_in, said.source) == (True, "vip_profile")
    assert said.changed_at is not None
    assert dict(said.channels) == {"email": True, "sms": True, "chat": True}
    edit_own_profile(actor=app, profile=PROFILE, changes={}, marketing_opt_in=False)
    said = marketing_of(vip_status(actor=app, profile=PROFILE))
    assert not said.opted_in
    assert ConsentEvent.objects.count() == 6
    edit_own_profile(actor=app, profile=PROFILE, changes={}, marketing_opt_in=False)
    assert ConsentEvent.objects.count() == 6


def test_without_a_customer_nothing_is_changed(app: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        edit_own_profile(actor=app, profile=PROFILE, changes={"city": "Rome"})
    assert refused.value.code == "not_linked"


def test_a_guess_of_an_older_system_may_not_be_edited_through(app: Actor, ana: Customer) -> None:
    vip_status(actor=app, profile=PROFILE)
    ProfileLink.objects.update(match_confidence="0.700", match_method="phone_fuzzy")
    assert vip_status(actor=app, profile=PROFILE).match_confidence == 0.7
    with pytest.raises(Forbidden) as refused:
        edit_own_profile(actor=app, profile=PROFILE, changes={"city": "Rome"})
    assert refused.value.code == "link_not_confirmed"
    link_profile(
        actor=replace(app, granted=None),
        provider=PROFILE.provider,
        profile_id=PROFILE.profile_id,
        customer_id=ana.pk,
    )
    edit_own_profile(actor=app, profile=PROFILE, changes={"city": "Rome"})


@pytest.mark.parametrize("field", ["phone", "code", "tags", "stable_hash_id"])
def test_fields_that_are_not_theirs(app: Actor, ana: Customer, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        edit_own_profile(actor=app, profile=PROFILE, changes={field: "x"})
    assert set(refused.value.fields) == {field}


def test_a_key_without_the_scope(acme: World, ana: Customer) -> None:
    nobody = replace(acme.system(), granted=frozenset())
    with pytest.raises(Forbidden):
        vip_status(actor=nobody, profile=PROFILE)
    with pytest.raises(Forbidden):
        edit_own_profile(actor=nobody, profile=PROFILE, changes={"city": "Rome"})
