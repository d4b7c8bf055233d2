"""What a variable is: catalogue, units, Colombian time, settlement versions, kinds of day.

Data files and pure functions. Imports nothing else of siea, so every layer may use it.
"""
