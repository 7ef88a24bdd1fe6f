"""Signatures as Standard Webhooks 1.0.0 wants them."""

import base64

from crm.webhooks.signing import new_secret, signature_header

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNED = {
    "message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "timestamp": 1614265330,
    "body": b'{"test": 2432232314}',
}
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_vector() -> None:
    assert signature_header([SECRET], **SIGNED) == SIGNATURE  # type: ignore[arg-type]


def test_two_secrets_make_two_signatures() -> None:
    other = new_secret()
    both = signature_header([other, SECRET], **SIGNED)  # type: ignore[arg-type]
    assert both.split(" ")[1] == SIGNATURE
    assert both.split(" ")[0] == signature_header([other], **SIGNED)  # type: ignore[arg-type]


def test_secrets_are_long_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(20)}
    assert len(secrets) == 20
    for secret in secrets:
        assert secret.startswith("whsec_")
        assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
