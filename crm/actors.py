"""Who is acting, and through which door: the first argument of every service."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from crm.errors import Forbidden, NotFound
from crm.models import Company, StaffMember
from crm.roles import Action, Reach, reach_of


class Door(StrEnum):
    """Where a request came in."""

    WEB = "web"
    ADMIN = "admin"
    API = "api"
    IMPORT = "import"
    HOOK = "hook"
    TASK = "task"
    COMMAND = "command"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A staff member, or the system itself, working for one company.

    A system actor (`staff` is None) may do everything in its company; `system_name` says in the
    audit trail which command or task it was.
    """

    company: Company
    door: Door
    staff: StaffMember | None = None
    system_name: str = ""
    request_id: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """The name that stands in the audit trail."""
        return self.staff.display_name if self.staff else self.system_name

    def reach(self, action: Action) -> Reach:
        """How far this actor's right to the action goes."""
        if self.staff is None:
            return Reach.COMPANY
        reach = reach_of(self.staff.role, action)
        if reach is Reach.BRANCH and self.staff.branch_id is None:
            return Reach.COMPANY
        return reach

    def may(self, action: Action) -> bool:
        """Whether the actor may do this to any record at all."""
        return self.reach(action) is not Reach.NONE

    def may_on(
        self, action: Action, *, branch_id: UUID | None, owner_id: UUID | None = None
    ) -> bool:
        """Whether the actor may do this to a record of that branch and owner."""
        reach = self.reach(action)
        if self.staff is None or reach is Reach.COMPANY:
            return reach is Reach.COMPANY
        is_own = owner_id is not None and owner_id == self.staff.pk
        is_of_branch = branch_id is not None and branch_id == self.staff.branch_id
        return (reach >= Reach.OWN and is_own) or (reach is Reach.BRANCH and is_of_branch)

    def require(self, action: Action) -> None:
        """Refuse when the role never allows this action."""
        if not self.may(action):
            raise Forbidden(f"Your role cannot {action}. Ask an admin of {self.company.name}.")

    def require_on(
        self, action: Action, *, branch_id: UUID | None, owner_id: UUID | None = None
    ) -> None:
        """Refuse on a record out of reach: to this actor it does not exist."""
        self.require(action)
        if not self.may_on(action, branch_id=branch_id, owner_id=owner_id):
            raise NotFound


def system_actor(company: Company, *, door: Door, name: str) -> Actor:
    """The system at work for a company: a task, a command, an import."""
    return Actor(company=company, door=door, system_name=name)
