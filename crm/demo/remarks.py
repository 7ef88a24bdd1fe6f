"""What staff write: notes, remarks, reasons."""

NOTES = (
    "Prefers a call after six in the evening.",
    "Asked for the price list; sent by e-mail.",
    "Very happy with the last visit.",
    "Complained about waiting on the phone. Apologised; watch this one.",
    "Moved house; old address no longer good.",
    "Speaks for the whole family; ask before ringing the others.",
    "Wants an invoice with the company's name.",
    "Met at the weekend event, friendly, asks good questions.",
    "Do not ring before ten.",
    "Brought a friend along who may come back alone.",
    "Number belongs to the office; ask for extension.",
    "Paid the deposit in cash, receipt handed over.",
    "Compares us with two others; price matters most.",
    "Birthday coming up, might book for a group.",
    "Left a message, no answer yet.",
    "Card details were wrong twice, ask for another way to pay.",
)
REMARKS = (
    "Asked to be called back.",
    "Wants to see it with the family first.",
    "Waiting for the loan to be approved.",
    "Will decide after the holidays.",
    "Interested, asked for a written offer.",
    "Could not talk, was driving.",
    "Sent details by message.",
    "Asked whether a trade-in is possible.",
)
LOST_REASONS = (
    "Bought elsewhere",
    "Too expensive",
    "No answer after several tries",
    "Plans postponed",
    "Moved away",
)
DISQUALIFIED_REASONS = (
    "Wrong number",
    "Looking for work, not for us",
    "Only asked for directions",
    "Outside our area",
    "Test entry",
)
REOPENED_REASON = "Called again and is interested after all"
CONSENT_SOURCES = ("Sign-up form", "At the desk", "Website", "Phone call")
STAGE_REASONS = {
    "lead": ("First enquiry", "Asked for an offer"),
    "customer": ("First purchase", "Signed up"),
    "churned": ("No visit for a long time", "Closed the account"),
}
