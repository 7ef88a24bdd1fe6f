"""Staff members and their logins."""

import secrets

from django.db import transaction

from crm import audit
from crm.actors import Actor
from crm.errors import Conflict, InvalidInput
from crm.identifiers.emails import parse_email
from crm.identifiers.invalid import InvalidEmail
from crm.models import Branch, StaffMember, User
from crm.roles import Action, Role

WITHOUT_LOGIN = (Role.RELATIONSHIP_MANAGER, Role.TEAM_LEAD)


@transaction.atomic
def add_staff_member(
    *,
    actor: Actor,
    display_name: str,
    role: Role,
    email: str = "",
    branch: Branch | None = None,
    manager: StaffMember | None = None,
) -> tuple[StaffMember, str]:
    """Add a person; returns them and the first password of their login (empty without one).

    The password is shown once and stored hashed; the person changes it after signing in.
    Raises InvalidInput for a bad or taken e-mail, or a role that needs a login or a branch.
    """
    actor.require(Action.MANAGE_STAFF)
    if role == Role.RECEPTIONIST and branch is None:
        raise InvalidInput.field("branch", "A receptionist belongs to one branch. Choose it.")
    user, password = None, ""
    if email:
        user, password = _new_login(email)
    elif role not in WITHOUT_LOGIN:
        raise InvalidInput.field("email", f"A {role.label.lower()} needs an e-mail to sign in.")
    member = StaffMember.objects.create(
        company_id=actor.company.pk,
        user=user,
        display_name=display_name,
        role=role,
        branch=branch,
        manager=manager,
    )
    audit.record(
        actor=actor,
        action="staff.added",
        subject=member,
        new={"name": display_name, "role": role, "branch": branch, "has_login": user is not None},
    )
    return member, password


def _new_login(text: str) -> tuple[User, str]:
    try:
        email = parse_email(text).address
    except InvalidEmail as error:
        raise InvalidInput.field("email", str(error)) from error
    if User.objects.filter(email=email).exists():
        raise InvalidInput.field("email", "Somebody already signs in with this e-mail.")
    password = secrets.token_urlsafe(12)
    return User.objects.create_user(email, password), password


@transaction.atomic
def edit_staff_member(
    *,
    actor: Actor,
    member: StaffMember,
    display_name: str,
    role: Role,
    branch: Branch | None,
    manager: StaffMember | None,
    is_active: bool,
) -> StaffMember:
    """Change who somebody is; a deactivated person can no longer sign in.

    Raises Conflict when admins would lock themselves out.
    """
    actor.require(Action.MANAGE_STAFF)
    if role == Role.RECEPTIONIST and branch is None:
        raise InvalidInput.field("branch", "A receptionist belongs to one branch. Choose it.")
    stored = StaffMember.objects.select_for_update().get(pk=member.pk)
    loses_admin = stored.role == Role.ADMIN and (role != Role.ADMIN or not is_active)
    if loses_admin and actor.staff is not None and actor.staff.pk == stored.pk:
        raise Conflict("You cannot take the admin role from yourself. Ask another admin.")
    old, new = audit.changed_values(
        stored,
        {
            "display_name": display_name,
            "role": role,
            "branch": branch,
            "manager": manager,
            "is_active": is_active,
        },
    )
    if new:
        for name, value in new.items():
            setattr(stored, name, value)
        stored.save()
        audit.record(actor=actor, action="staff.updated", subject=stored, old=old, new=new)
    return stored
