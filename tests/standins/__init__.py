"""Servers that stand in for what lives outside, over real HTTP."""
