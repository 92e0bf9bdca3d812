"""One file per clause kind: its meaning, its units, an example, and ``judge(scene, question) -> Outcome``.

PERMIT and TERM have no rule: they change what other clauses mean (``verify.wrappers``).
"""
