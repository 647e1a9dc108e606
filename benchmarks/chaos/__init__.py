"""The product under everything that goes wrong at once, held against a world that knows the truth."""
