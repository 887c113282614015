"""The course in a real browser: JupyterLab, a student's hands, Debian's Chromium."""
