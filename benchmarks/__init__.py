"""What Switchboard takes, measured on a million customers; see README.md here."""
