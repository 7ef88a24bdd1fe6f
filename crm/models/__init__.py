"""The ground floor: companies, branches, staff, the audit trail, the inbox and the outbox."""

from crm.models.api_key import ApiKey, ApiKeyBranch
from crm.models.audit_event import AuditEvent
from crm.models.branch import Branch
from crm.models.company import Company
from crm.models.idempotent_request import IdempotentRequest
from crm.models.export_job import ExportJob, ExportState
from crm.models.inbound_delivery import DeliveryState, InboundDelivery
from crm.models.inbound_source import InboundSource
from crm.models.outbox_event import OutboxEvent
from crm.models.staff_member import StaffMember
from crm.models.user import User

__all__ = [
    "ApiKey",
    "ApiKeyBranch",
    "AuditEvent",
    "Branch",
    "Company",
    "DeliveryState",
    "IdempotentRequest",
    "ExportJob",
    "ExportState",
    "InboundDelivery",
    "InboundSource",
    "OutboxEvent",
    "StaffMember",
    "User",
]
