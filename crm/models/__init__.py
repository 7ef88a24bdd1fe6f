"""The ground floor: companies, branches, staff, the audit trail, the inbox and the outbox."""

from crm.models.api_key import ApiKey, ApiKeyBranch
from crm.models.audit_event import AuditEvent
from crm.models.branch import Branch
from crm.models.change_event import ChangeEvent
from crm.models.change_feed import ChangeFeed
from crm.models.company import Company
from crm.models.export_job import ExportJob, ExportState
from crm.models.idempotent_request import IdempotentRequest
from crm.models.inbound_delivery import DeliveryState, InboundDelivery
from crm.models.inbound_source import InboundSource
from crm.models.outbox_event import OutboxEvent
from crm.models.staff_member import StaffMember
from crm.models.user import User
from crm.models.webhook_endpoint import EndpointState, WebhookEndpoint
from crm.models.webhook_message import MessageState, WebhookMessage, WebhookTurn

__all__ = [
    "ApiKey",
    "ApiKeyBranch",
    "AuditEvent",
    "Branch",
    "ChangeEvent",
    "ChangeFeed",
    "Company",
    "DeliveryState",
    "EndpointState",
    "ExportJob",
    "ExportState",
    "IdempotentRequest",
    "InboundDelivery",
    "InboundSource",
    "MessageState",
    "OutboxEvent",
    "StaffMember",
    "User",
    "WebhookEndpoint",
    "WebhookMessage",
    "WebhookTurn",
]
