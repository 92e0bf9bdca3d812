"""One file per clause kind; each says in its docstring what the clause formally means."""
