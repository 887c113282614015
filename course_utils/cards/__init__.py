"""Cards: the check's result, a claim, the feedback on an exercise; one template shows them all.

`card.html` is the template, `rendering` fills it in, `display` puts it where the reader is.
"""
