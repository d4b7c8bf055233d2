"""The HTTP door: parse, ask one service or repository, shape the answer."""
