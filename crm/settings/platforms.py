"""Other systems that we ask."""

from crm.settings.environment import env

# Where an account may be asked other than at its platform's own address, such as
# "https://gateway.example.com". Only the operator can say so: an account's token goes there, and an
# address that staff could choose would reach into our own network.
TICKET_API_ORIGINS = env.list("TICKET_API_ORIGINS", default=[])
# So long a puller may take for one batch; then another one may go on. Above the patience of a call.
PULL_LEASE_SECONDS = env.int("PULL_LEASE_SECONDS", default=180)
