"""`python -m saleor_influence_app.cli`."""

from saleor_influence_app.cli import main

main()
