import nbformat


def read_cells(data):
    nb = nbformat.reads(data.decode("utf-8-sig"), as_version=4)
    return [c["source"] for c in nb.cells if c.cell_type == "code"]
