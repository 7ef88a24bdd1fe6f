"""The small forms of app profiles on the customer card."""

from crm.web.forms import PageForm, TextField
from customers.services.profile_link_writes import LONGEST_PROFILE, LONGEST_PROVIDER


class LinkProfileForm(PageForm):
    """A profile that is this customer's."""

    provider = TextField(
        label="App or sign-in", max_length=LONGEST_PROVIDER, help_text="Such as line or supabase."
    )
    profile_id = TextField(label="Profile id", max_length=LONGEST_PROFILE)
    reason = TextField(label="Why", max_length=500, required=False)


class UnlinkProfileForm(PageForm):
    """Why a profile is not this customer's."""

    reason = TextField(label="Why it is not theirs", max_length=500)
