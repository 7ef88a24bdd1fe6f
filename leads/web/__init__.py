"""The lead pages: views stay thin, services write and selectors read."""
