"""One file per clause kind: its meaning, its units, an example, and ``judge(scene, question) -> Outcome``.

PERMIT, REPAIR and TERM have no rule: they change what other clauses mean and are applied by the judge.
"""
