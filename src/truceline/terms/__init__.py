"""Floor 0, the words: time, place, quantities, columns, ids and faults that every other floor speaks."""
