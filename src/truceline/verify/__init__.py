"""Floor 4: clause x picture x coverage -> finding."""
