"""Floor 3: what was watched; Watches, sensors and terrain folded into the probability of having been seen."""
