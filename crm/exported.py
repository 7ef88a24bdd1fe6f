"""Which tables of the ground floor are in the export of everything, and which are not."""

from crm.exports.datasets import Dataset, leave_out, register
from crm.models import AuditEvent, Branch, Company, InboundSource, StaffMember

SEALED = "Secrets never leave; make new ones where this is brought in."


def register_datasets() -> None:
    """Called in `AppConfig.ready()`."""
    register(
        Dataset(name="company", model=Company, about="The company itself and its settings."),
        Dataset(name="branches", model=Branch, about="The places where the company works."),
        Dataset(
            name="staff",
            model=StaffMember,
            about="Everybody who has, or had, a login. Passwords are in no export.",
            added=("user__email",),
        ),
        Dataset(
            name="inbound_sources",
            model=InboundSource,
            about="Other systems that send something here.",
            without={
                "secret_digest": SEALED,
                "previous_secret_digest": SEALED,
                "signing_secret_sealed": SEALED,
                "previous_signing_secret_sealed": SEALED,
            },
        ),
        Dataset(
            name="audit",
            model=AuditEvent,
            about="Who changed what, when and through which door. Rows are chained lane by lane "
            "(lane, position); the chain is verified where it is kept.",
            without={
                "previous_hash": "Means something only beside the chain that is kept.",
                "row_hash": "Means something only beside the chain that is kept.",
            },
            of_person=("subject:customers.customer",),
        ),
    )
    leave_out(
        {
            "crm.InboundDelivery": "What other systems sent, byte for byte, kept for some weeks; "
            "what was understood stands in the records made of it.",
            "crm.OutboxEvent": "Work for other parts of the program, done within seconds.",
            "crm.ChangeEvent": "The feed for other systems: ids only, of changes that audit tells.",
            "crm.ChangeFeed": "How far the feed for other systems is.",
            "crm.WebhookEndpoint": "Addresses of other systems and their secrets: set up anew.",
            "crm.WebhookMessage": "Messages on their way to other systems.",
            "crm.WebhookTurn": "Messages on their way to other systems.",
            "crm.ExportJob": "The exports themselves.",
            "crm.ApiKey": "Keys open this installation only.",
            "crm.ApiKeyBranch": "Keys open this installation only.",
            "crm.IdempotentRequest": "Answers kept for a day, for callers that ask twice.",
        }
    )
