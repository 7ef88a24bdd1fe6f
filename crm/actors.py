"""Who is acting, and through which door: the first argument of every service."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from crm.errors import Forbidden, NotFound
from crm.models import Company, StaffMember
from crm.roles import BRANCH_ACTIONS, Action, Reach, reach_of


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
    """A staff member, another system, or the system itself, working for one company.

    A system actor (`staff` is None) may do everything in its company; `system_name` says in the
    audit trail which command or task it was. An API key narrows whoever uses it: `granted` are the
    actions of its scopes, `key_branch_ids` the branches it is limited to (None: not limited).
    """

    company: Company
    door: Door
    staff: StaffMember | None = None
    system_name: str = ""
    request_id: str = field(default="", compare=False)
    granted: Collection[Action] | None = None
    key_branch_ids: Collection[UUID] | None = None

    @property
    def name(self) -> str:
        """The name that stands in the audit trail."""
        return self.staff.display_name if self.staff else self.system_name

    @property
    def branch_ids(self) -> Collection[UUID] | None:
        """The branches this actor is limited to where an action is about one; None: all of them."""
        own = self.staff.branch_id if self.staff else None
        if own is None:
            return self.key_branch_ids
        return [own] if self.key_branch_ids is None or own in self.key_branch_ids else []

    @property
    def only_branch_id(self) -> UUID | None:
        """The branch that is meant where none is named: the only one this actor works at."""
        branch_ids = self.branch_ids
        return next(iter(branch_ids)) if branch_ids is not None and len(branch_ids) == 1 else None

    def reach(self, action: Action) -> Reach:
        """How far this actor's right to the action goes."""
        if self.granted is not None and action not in self.granted:
            return Reach.NONE
        reach = Reach.COMPANY if self.staff is None else reach_of(self.staff.role, action)
        is_limited = self.branch_ids is not None
        if reach is Reach.BRANCH and not is_limited:
            return Reach.COMPANY
        if reach is Reach.COMPANY and self.key_branch_ids is not None and action in BRANCH_ACTIONS:
            return Reach.BRANCH
        return reach

    def may(self, action: Action) -> bool:
        """Whether the actor may do this to any record at all."""
        return self.reach(action) is not Reach.NONE

    def may_on(
        self, action: Action, *, branch_id: UUID | None, owner_id: UUID | None = None
    ) -> bool:
        """Whether the actor may do this to a record of that branch and owner."""
        reach = self.reach(action)
        if reach in (Reach.COMPANY, Reach.NONE):
            return reach is Reach.COMPANY
        if self.key_branch_ids is not None and branch_id not in self.key_branch_ids:
            return False
        is_own = self.staff is not None and owner_id is not None and owner_id == self.staff.pk
        is_of_branch = branch_id is not None and branch_id in (self.branch_ids or ())
        return is_own or (reach is Reach.BRANCH and is_of_branch)

    def require(self, action: Action) -> None:
        """Refuse when the role never allows this action."""
        if not self.may(action):
            if self.granted is not None and action not in self.granted:
                raise Forbidden(f"This API key may not {action}.", code="insufficient_scope")
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
