"""Jupyter kernels in the same sandbox, warm, for any tool that starts kernels."""
