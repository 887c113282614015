"""What runs beside an answer, one probe a file: `probe(answer, inputs, setup, question)`."""
