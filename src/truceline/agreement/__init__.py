"""Floor 1: what was promised; an agreement text as typed clauses."""
