"""The quality judge: rules that find what is wrong with data that are stored. It never changes a value."""
