"""API keys: admins make those of other systems, and staff who may make tokens of their own."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.actors import Actor
from crm.errors import CrmError, InvalidInput
from crm.models import ApiKey
from crm.paging import Ordering, paginate
from crm.roles import Action
from crm.scopes import WORDS
from crm.selectors.api_keys import keys_of
from crm.services.api_keys import create_key, create_own_token, revoke_key, rotate_key
from crm.web.access import acting, staff_page
from crm.web.key_forms import KeyForm
from crm.web.lists import page_links

NEWEST = Ordering("newest", "created_at", descending=True)


@staff_page(Action.USE_OWN_TOKENS)
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that the actor may manage, newest first."""
    actor = acting(request)
    page = paginate(keys_of(actor=actor), ordering=NEWEST, cursor=request.GET.get("cursor", ""))
    rows = [
        (key, _state(key), [WORDS.get(scope, scope) for scope in key.scopes]) for key in page.rows
    ]
    context = {
        "rows": rows,
        "may_all": actor.may(Action.MANAGE_API_KEYS),
        **page_links(request, page),
    }
    return render(request, "crm/keys/list.html", context)


@staff_page(Action.USE_OWN_TOKENS)
@never_cache
@require_http_methods(["GET", "POST"])
def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key; its token is on the answer and nowhere else."""
    actor = acting(request)
    own = _is_own(actor, request.GET.get("of", ""))
    form = KeyForm(request.POST or None, actor=actor, own=own)
    if request.method == "POST" and form.is_valid():
        make = create_own_token if own else create_key
        try:
            key, token = make(actor=actor, values=form.values())
        except InvalidInput as error:
            form.add_service_error(error, {"expires_at": "ends"})
        else:
            return _shown_once(request, key, token)
    return render(request, "crm/keys/new.html", {"form": form, "own": own})


@staff_page(Action.USE_OWN_TOKENS)
@never_cache
@require_POST
def rotate(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """A new token in the place of this one, which works for a week more."""
    try:
        key, token = rotate_key(actor=acting(request), key_id=key_id)
    except CrmError as error:
        if error.status == 404:
            raise
        messages.error(request, error.message)
        return redirect("keys:list")
    return _shown_once(request, key, token, old=key.replaces)


@staff_page(Action.USE_OWN_TOKENS)
@require_POST
def revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """End a key now."""
    key = revoke_key(actor=acting(request), key_id=key_id)
    messages.success(request, f"{key.name} is revoked.")
    return redirect("keys:list")


def _shown_once(
    request: HttpRequest, key: ApiKey, token: str, old: ApiKey | None = None
) -> HttpResponse:
    context = {
        "key": key,
        "token": token,
        "old": old,
        "address": request.build_absolute_uri(reverse("api:me")),
    }
    return render(request, "crm/keys/made.html", context)


def _is_own(actor: Actor, of: str) -> bool:
    return of == "me" or not actor.may(Action.MANAGE_API_KEYS)


def _state(key: ApiKey) -> tuple[str, str]:
    """The word for how it stands, and its tone."""
    now = timezone.now()
    if key.revoked_at is not None:
        return "Revoked", "neutral"
    if key.expires_at is not None and key.expires_at <= now:
        return "Ended", "neutral"
    if key.expires_at is not None:
        return "Ends", "warn"
    return "Works", "success"
