"""allauth's forms in the words of the other pages."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm

LABEL = "E-mail"


class SignInForm(LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["login"])


class ForgottenPasswordForm(ResetPasswordForm):
    """Where to send the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["email"])


def _name(field: Any) -> None:
    field.label = LABEL
    field.widget.attrs.pop("placeholder", None)
