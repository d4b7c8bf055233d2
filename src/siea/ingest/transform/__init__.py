"""Small pure functions on polars frames, from text as received to values that can be loaded."""
