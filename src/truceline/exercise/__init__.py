"""Floor 8: the rehearsal; a world with a known truth that speaks genuine wire bytes."""
