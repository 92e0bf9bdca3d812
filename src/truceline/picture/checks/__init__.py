"""Cooperative truth checks: what aircraft broadcast of themselves, held against radar, receivers and what is possible.

A check is an indication with evidence, never a verdict. Where it could not have told, it says ``not assessable``.
"""
