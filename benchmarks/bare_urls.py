"""All of Switchboard's addresses, and the bare read."""

from typing import Any

from django.urls import path
from rest_framework.generics import RetrieveAPIView
from rest_framework.serializers import ModelSerializer

from crm.urls import urlpatterns as ours
from customers.models import Customer


class BareSerializer(ModelSerializer[Customer]):
    """The columns of a customer that a read of the API shows."""

    class Meta:
        model = Customer
        fields = (
            "id", "code", "stable_hash_id", "full_name", "given_name", "family_name",
            "lifecycle_stage", "record_state", "address_line", "city", "postcode", "country",
            "birthday", "language", "preferred_contact", "origin", "last_activity_at", "version",
            "created_at", "updated_at",
        )  # fmt: skip


class Bare(RetrieveAPIView[Customer]):
    """One row by its key."""

    queryset = Customer.objects.using("owner")
    serializer_class = BareSerializer
    authentication_classes: Any = ()
    permission_classes: Any = ()
    throttle_classes: Any = ()


urlpatterns = [path("bare/<uuid:pk>", Bare.as_view()), *ours]
