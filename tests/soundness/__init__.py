"""How sound are the checks? Mistakes, mutants, other styles, trivial answers: `make soundness`."""
