"""Floor 6: daily report, open data and bundle, written from a folded day."""
