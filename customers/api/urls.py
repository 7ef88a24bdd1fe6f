"""Every address of customers in the API."""

from django.urls import path

from customers.api import (
    bulk_views,
    consent_views,
    contact_point_views,
    customer_views,
    duplicate_views,
    household_views,
    lookup_views,
    merge_views,
    note_views,
    profile_link_views,
    stage_views,
    tag_views,
    timeline_views,
)

ONE = "customers/<uuid:customer_id>"

urlpatterns = [
    path("customers", customer_views.Customers.as_view(), name="customers"),
    path("customers/search", lookup_views.Search.as_view(), name="customer-search"),
    path("customers/by-phone", lookup_views.ByPhone.as_view(), name="customer-by-phone"),
    path(
        "customers/by-hash/<slug:stable_hash_id>",
        lookup_views.ByHash.as_view(),
        name="customer-by-hash",
    ),
    path("customers/by-code/<slug:code>", lookup_views.ByCode.as_view(), name="customer-by-code"),
    path("customers/bulk", bulk_views.Bulk.as_view(), name="customer-bulk"),
    path(ONE, customer_views.OneCustomer.as_view(), name="customer"),
    path(f"{ONE}/restore", customer_views.Restore.as_view(), name="customer-restore"),
    path(
        f"{ONE}/contact-points",
        contact_point_views.ContactPoints.as_view(),
        name="customer-contact-points",
    ),
    path(
        f"{ONE}/contact-points/<uuid:point_id>",
        contact_point_views.OneContactPoint.as_view(),
        name="customer-contact-point",
    ),
    path(f"{ONE}/notes", note_views.Notes.as_view(), name="customer-notes"),
    path(f"{ONE}/tags", tag_views.CustomerTags.as_view(), name="customer-tags"),
    path(f"{ONE}/consent", consent_views.Consent.as_view(), name="customer-consent"),
    path(
        f"{ONE}/consent-events",
        consent_views.ConsentEvents.as_view(),
        name="customer-consent-events",
    ),
    path(f"{ONE}/stage-changes", stage_views.StageChanges.as_view(), name="customer-stages"),
    path(f"{ONE}/timeline", timeline_views.Timeline.as_view(), name="customer-timeline"),
    path(f"{ONE}/household", household_views.Household.as_view(), name="customer-household"),
    path(
        f"{ONE}/profile-links",
        profile_link_views.CustomerProfileLinks.as_view(),
        name="customer-profile-links",
    ),
    path("profile-links", profile_link_views.ProfileLinks.as_view(), name="profile-links"),
    path(
        "profile-links/<uuid:link_id>",
        profile_link_views.OneProfileLink.as_view(),
        name="profile-link",
    ),
    path(
        "profile-links/<uuid:link_id>/relink",
        profile_link_views.Relink.as_view(),
        name="profile-link-relink",
    ),
    path(
        "profile-links/<uuid:link_id>/unlink",
        profile_link_views.Unlink.as_view(),
        name="profile-link-unlink",
    ),
    path(
        "profile-links/<uuid:link_id>/release",
        profile_link_views.Release.as_view(),
        name="profile-link-release",
    ),
    path("tags", tag_views.Tags.as_view(), name="tags"),
    path("duplicates", duplicate_views.Duplicates.as_view(), name="duplicates"),
    path("duplicates/<uuid:candidate_id>", duplicate_views.Duplicate.as_view(), name="duplicate"),
    path(
        "duplicates/<uuid:candidate_id>/decision",
        duplicate_views.DuplicateDecision.as_view(),
        name="duplicate-decision",
    ),
    path("merges", merge_views.Merges.as_view(), name="merges"),
    path("merges/preview", merge_views.MergePreview.as_view(), name="merge-preview"),
    path("merges/<uuid:merge_id>", merge_views.OneMerge.as_view(), name="merge"),
    path(
        "merges/<uuid:merge_id>/undo-preview",
        merge_views.MergeUndoPreview.as_view(),
        name="merge-undo-preview",
    ),
    path("merges/<uuid:merge_id>/undo", merge_views.MergeUndo.as_view(), name="merge-undo"),
]
