"""The addresses of webhooks below /api/v1/."""

from django.urls import path

from crm.api import webhook_message_views, webhook_views

ENDPOINT = "webhook-endpoints/<uuid:endpoint_id>"

urlpatterns = [
    path("webhook-endpoints", webhook_views.WebhookEndpoints.as_view(), name="webhook-endpoints"),
    path(ENDPOINT, webhook_views.OneWebhookEndpoint.as_view(), name="webhook-endpoint"),
    path(f"{ENDPOINT}/pause", webhook_views.WebhookPause.as_view(), name="webhook-pause"),
    path(f"{ENDPOINT}/resume", webhook_views.WebhookResumption.as_view(), name="webhook-resume"),
    path(
        f"{ENDPOINT}/rotate-secret",
        webhook_views.WebhookSecret.as_view(),
        name="webhook-rotate-secret",
    ),
    path(
        f"{ENDPOINT}/messages",
        webhook_message_views.WebhookMessages.as_view(),
        name="webhook-messages",
    ),
    path(f"{ENDPOINT}/test", webhook_message_views.WebhookTest.as_view(), name="webhook-test"),
    path(
        f"{ENDPOINT}/replay", webhook_message_views.WebhookReplay.as_view(), name="webhook-replay"
    ),
    path(
        "webhook-messages/<uuid:message_id>",
        webhook_message_views.OneWebhookMessage.as_view(),
        name="webhook-message",
    ),
    path(
        "webhook-messages/<uuid:message_id>/replay",
        webhook_message_views.WebhookMessageReplay.as_view(),
        name="webhook-message-replay",
    ),
]
