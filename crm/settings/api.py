"""The REST API."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["crm.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],  # crm.api.views.ApiView lets in keys with the scope only
    "DEFAULT_THROTTLE_CLASSES": ["crm.api.throttle.KeyThrottle"],
    "DEFAULT_PARSER_CLASSES": ["crm.api.parsing.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "crm.api.schema.Schema",
    "DEFAULT_VERSIONING_CLASS": None,  # the version stands in the path
    "EXCEPTION_HANDLER": "crm.api.problems.answer_to",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": True,  # money is never a float
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Switchboard",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Customers, leads, orders and scores of one company, for other systems.",
    "LICENSE": {"name": "MIT"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    # Names of closed lists in the document, where a field's name alone would not tell them apart.
    "ENUM_NAME_OVERRIDES": {
        "ContactKind": "customers.models.contact_point.ContactKind",
        "LifecycleStage": "customers.models.customer.LifecycleStage",
        "RecordState": "customers.models.customer.RecordState",
        "CustomerOrigin": "customers.models.customer.Origin",
        "CandidateState": "customers.models.duplicate.CandidateState",
        "MergeState": "customers.models.merge.MergeState",
        "LeadStatus": "leads.models.lead.LeadStatus",
        "LeadEventKind": "leads.models.lead_event.LeadEventKind",
        "LeadSourceKind": "leads.models.source.SourceKind",
        "Membership": "scoring.models.segment.Membership",
        "OrderStatus": "scoring.models.order.OrderStatus",
        "MergeOrigin": "customers.models.merge.MergeOrigin",
        "ProfileLinkState": ["not_linked", "linked_matched", "linked_unmatched"],
        "ScoreBand": "scoring.models.engagement.Band",
        "ScoreCause": "scoring.models.engagement.ScoreCause",
        "CustomerActivity": "scoring.score_words.Activity",
        "OrderReview": "scoring.models.order.ReviewState",
        "ExportState": "crm.models.export_job.ExportState",
        "WebhookEndpointState": "crm.models.webhook_endpoint.EndpointState",
        "WebhookMessageState": "crm.models.webhook_message.MessageState",
    },
}
