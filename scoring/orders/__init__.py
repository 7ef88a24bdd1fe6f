"""Orders as the rest of the system gets them, whatever platform, report or API they came from."""
