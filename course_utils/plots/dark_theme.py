"""Figures on a dark page: lightness is turned around, hues stay, and nothing glares.

A figure is drawn once, dark on white. Where the page around it is dark, a style of the page shows
white as near black and leaves blue blue. JupyterLab and VS Code keep all outputs on one page, so
that one style serves a notebook; Colab has a page for each output, which gets its own.
"""

from __future__ import annotations

import sys

__all__ = ["STYLE", "on_every_output"]

_DARK_PAGES = (
    '[data-jp-theme-light="false"] .jp-OutputArea-output',  # JupyterLab, Notebook 7
    'body[data-vscode-theme-kind="vscode-dark"]',
    'html[theme="dark"]',  # Colab
)
_PICTURES = ", ".join(f'{page} img[src^="data:image/"]' for page in _DARK_PAGES)

#: The style, as HTML.
STYLE = f"<style>{_PICTURES} {{ filter: invert(0.88) hue-rotate(180deg); }}</style>"


def on_every_output() -> None:
    """On Colab, give the style to each cell that is run from now on; elsewhere do nothing."""
    if "google.colab" not in sys.modules:
        return
    from IPython import get_ipython
    from IPython.display import HTML, display

    shell = get_ipython()
    if shell is not None:
        shell.events.register("pre_run_cell", lambda *_: display(HTML(STYLE)))
