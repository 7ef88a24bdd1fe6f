"""Only a token of a trusted issuer, signed with its key, for this company, in its time, counts."""

import hmac
import time
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.actors import Actor
from crm.errors import Forbidden, InvalidInput
from crm.models import AuditEvent
from crm.roles import Role
from customers.profile_links.id_tokens import IssuerKey, TokenRefused, read_token
from customers.services.match_profile import ProvenClaims
from customers.services.profile_tokens import NotSignedIn, signed_in_profile
from customers.services.trusted_issuers import IssuerValues, create_issuer, edit_issuer
from tests.customers.profile_links.tokens import (
    CHANNEL,
    LINE_ISSUER,
    PRIVATE_KEY,
    PUBLIC_JWK,
    SECRET,
    SUPABASE_ISSUER,
    line_token,
    put_together,
    supabase_token,
    trust_line,
    trust_supabase,
)
from tests.worlds import World

LINE = IssuerKey(
    provider="line", issuer=LINE_ISSUER, audience=CHANNEL, algorithm="HS256", secret=SECRET
)
SUPABASE = IssuerKey(
    provider="supabase",
    issuer=SUPABASE_ISSUER,
    audience="authenticated",
    algorithm="ES256",
    jwks={"keys": [PUBLIC_JWK]},
)
PEM = PRIVATE_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def issuers_of(name: str) -> list[IssuerKey]:
    return [one for one in (LINE, SUPABASE) if one.issuer == name]


def claims_of_supabase() -> dict[str, Any]:
    return jwt.decode(supabase_token(), options={"verify_signature": False})


def signed_with_the_public_key() -> str:
    """The classic: the public key, which everybody knows, taken as an HS256 secret."""
    unsigned = put_together({"alg": "HS256", "kid": "k1"}, claims_of_supabase())
    body = unsigned.rpartition(".")[0]
    signature = hmac.new(PEM, body.encode(), sha256).digest()
    return put_together({"alg": "HS256", "kid": "k1"}, claims_of_supabase(), signature)


def signed_with_another_key() -> str:
    return jwt.encode(
        claims_of_supabase(), ec.generate_private_key(ec.SECP256R1()), "ES256", {"kid": "k1"}
    )


REFUSED = {
    "nothing": lambda: "",
    "no token": lambda: "hello",
    "three dots": lambda: "...",
    "not a text": lambda: "é.è.ê",
    "too long": lambda: line_token(name="x" * 9000),
    "alg none": lambda: put_together({"alg": "none"}, claims_of_supabase()),
    "alg None, capitals": lambda: put_together({"alg": "NONE"}, claims_of_supabase()),
    "no alg": lambda: put_together({"typ": "JWT"}, claims_of_supabase()),
    "alg a list": lambda: put_together({"alg": ["ES256"]}, claims_of_supabase()),
    "public key as secret": signed_with_the_public_key,
    "another key": signed_with_another_key,
    "an unknown kid": lambda: jwt.encode(claims_of_supabase(), PRIVATE_KEY, "ES256", {"kid": "k2"}),
    "another secret": lambda: line_token(secret="another secret of thirty-two letters"),
    "HS512": lambda: jwt.encode({"iss": LINE_ISSUER, "sub": "U1"}, SECRET * 2, "HS512"),
    "its own key": lambda: jwt.encode(
        claims_of_supabase(), PRIVATE_KEY, "ES256", {"kid": "k9", "jwk": PUBLIC_JWK}
    ),
    "changed claims": lambda: _with_other_claims(line_token()),
    "another issuer": lambda: line_token(iss="https://evil.example"),
    "an issuer that is no text": lambda: put_together({"alg": "HS256"}, {"iss": ["x"]}),
    "no issuer": lambda: line_token(iss=None),
    "another audience": lambda: line_token(aud="999"),
    "no audience": lambda: line_token(aud=None),
    "expired": lambda: line_token(exp=int(time.time()) - 60),
    "never expires": lambda: line_token(exp=None),
    "not yet valid": lambda: line_token(nbf=int(time.time()) + 600),
    "made tomorrow": lambda: line_token(iat=int(time.time()) + 86400),
    "expires at infinity": lambda: line_token(exp=float("inf")),
    "expires at a word": lambda: line_token(exp="tomorrow"),
    "no subject": lambda: line_token(None),
    "empty subject": lambda: line_token(" "),
    "long subject": lambda: line_token("U" * 201),
    "subject with NUL": lambda: line_token("U\x00"),
}


def _with_other_claims(token: str) -> str:
    header, _, signature = token.split(".")
    claims = put_together({}, {"iss": LINE_ISSUER, "sub": "U2", "aud": CHANNEL}).split(".")[1]
    return f"{header}.{claims}.{signature}"


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(TokenRefused):
        read_token(REFUSED[name](), issuers_of=issuers_of)


def test_read() -> None:
    line = read_token(line_token(), issuers_of=issuers_of)
    assert (line.provider, line.profile_id, line.is_guest) == ("line", "U4af4980629", False)
    supabase = read_token(supabase_token(), issuers_of=issuers_of)
    assert supabase.provider == "supabase"
    assert read_token(line_token(aud=["x", CHANNEL]), issuers_of=issuers_of) == line


def test_a_clock_may_be_a_little_late() -> None:
    now = int(time.time())
    assert read_token(line_token(exp=now - 5, iat=now + 5), issuers_of=issuers_of)


@pytest.mark.parametrize(
    ("claims", "trusted", "proven"),
    [
        ({"email": "a@ex.org"}, False, ""),
        ({"email": "a@ex.org"}, True, "a@ex.org"),
        ({"email": "a@ex.org", "email_verified": True}, False, "a@ex.org"),
        ({"email": "a@ex.org", "email_verified": "true"}, False, ""),
        ({"email": "a@ex.org", "email_verified": False}, True, ""),
        ({"user_metadata": {"email": "a@ex.org", "email_verified": True}}, True, ""),
        ({"email": ["a@ex.org"]}, True, ""),
    ],
)
def test_what_counts_as_proven(claims: dict[str, Any], trusted: bool, proven: str) -> None:
    issuer = IssuerKey(**{**vars(LINE), "trusts_email": trusted})
    assert read_token(line_token(**claims), issuers_of=lambda _: [issuer]).email == proven


@pytest.mark.parametrize(
    "claims",
    [
        {"is_anonymous": True},
        {"app_metadata": {"provider": "anonymous"}},
        {"provider": "guest"},
    ],
)
def test_guests(claims: dict[str, Any]) -> None:
    assert read_token(supabase_token(**claims), issuers_of=issuers_of).is_guest


@given(text=st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
@example(text="e30.e30.")
@settings(max_examples=60)
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(TokenRefused):
        read_token(text, issuers_of=issuers_of)


def test_the_service(acme: World, globex: World) -> None:
    trust_line(acme)
    trust_supabase(acme)
    actor = acme.system()
    signed_in = signed_in_profile(
        actor=actor, token=supabase_token(phone="61412345678", email="Ana@Ex.org")
    )
    assert signed_in.claims == ProvenClaims(phone="+61412345678", email="ana@ex.org")
    assert signed_in_profile(actor=actor, token=line_token()).claims == ProvenClaims()
    odd = supabase_token(phone="12", email="no address")
    assert signed_in_profile(actor=actor, token=odd).claims == ProvenClaims()
    with pytest.raises(Forbidden) as guest:
        signed_in_profile(actor=actor, token=supabase_token(is_anonymous=True))
    assert guest.value.code == "GUEST_SESSION_NOT_ELIGIBLE"
    with globex.inside(), pytest.raises(NotSignedIn):
        signed_in_profile(actor=globex.system(), token=line_token())


def test_an_inactive_issuer_is_not_believed(acme: World) -> None:
    trust_line(acme, is_active=False)
    with pytest.raises(NotSignedIn) as refused:
        signed_in_profile(actor=acme.system(), token=line_token())
    assert (refused.value.status, refused.value.code) == (401, "invalid_profile_token")


def test_a_new_secret_ends_the_old_one(acme: World) -> None:
    issuer = trust_line(acme)
    values = IssuerValues(
        **{name: getattr(issuer, name) for name in IssuerValues.__dataclass_fields__}
    )
    new = "a new secret with thirty-two characters"
    edit_issuer(actor=acme.actor(Role.ADMIN), issuer=issuer, values=values, secret=new)
    with pytest.raises(NotSignedIn):
        signed_in_profile(actor=acme.system(), token=line_token())
    assert signed_in_profile(actor=acme.system(), token=line_token(secret=new))
    assert new not in str(AuditEvent.objects.get(action="trustedissuer.updated").new)


PRIVATE_JWK = {**PUBLIC_JWK, "d": "AQAB"}


@pytest.mark.parametrize(
    ("field", "algorithm", "jwks", "secret"),
    [
        ("secret", "HS256", None, ""),
        ("secret", "HS256", None, "short"),
        ("jwks", "HS256", {"keys": [PUBLIC_JWK]}, SECRET),
        ("secret", "ES256", {"keys": [PUBLIC_JWK]}, SECRET),
        ("jwks", "ES256", None, ""),
        ("jwks", "ES256", {"keys": []}, ""),
        ("jwks", "ES256", {"keys": [PRIVATE_JWK]}, ""),
        ("jwks", "ES256", {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}, ""),
        ("jwks", "ES256", {"keys": ["k1"]}, ""),
        ("jwks", "ES256", {"keys": [PUBLIC_JWK, PUBLIC_JWK]}, ""),
        ("algorithm", "none", None, ""),
    ],
)
def test_keys_that_do_not_fit(
    acme: World, field: str, algorithm: str, jwks: dict[str, Any] | None, secret: str
) -> None:
    values = IssuerValues(
        name="X", provider="x", issuer="x", audience="x", algorithm=algorithm, jwks=jwks
    )
    with pytest.raises(InvalidInput) as refused:
        create_issuer(actor=acme.actor(Role.ADMIN), values=values, secret=secret)
    assert set(refused.value.fields) == {field}


def test_only_admins_decide_whom_to_trust(acme: World) -> None:
    values = IssuerValues(name="X", provider="x", issuer="x", audience="x", algorithm="HS256")
    manager: Actor = acme.actor(Role.MANAGER)
    with pytest.raises(Forbidden):
        create_issuer(actor=manager, values=values, secret=SECRET)
