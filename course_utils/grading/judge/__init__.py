"""Outside of the sandbox: draws the cases, asks the children, compares, keeps the results."""
