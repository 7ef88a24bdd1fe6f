"""The ground floor: companies, branches, staff, the audit trail and the outbox."""

from crm.models.audit_event import AuditEvent
from crm.models.branch import Branch
from crm.models.company import Company
from crm.models.outbox_event import OutboxEvent
from crm.models.staff_member import StaffMember
from crm.models.user import User

__all__ = ["AuditEvent", "Branch", "Company", "OutboxEvent", "StaffMember", "User"]
