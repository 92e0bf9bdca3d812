"""Floor 5: complaint, sealed assessments, joint decision, dissent, remedy."""
