"""Floor 3: what was seen; observations of one lane folded into tracks or events."""
