"""Floor 7: the house put together; the lowest floor with clock, network and disk."""
