"""Floor 2: what can be read; one file, or one folder of the same shape, per technical means."""
