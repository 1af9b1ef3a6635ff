"""Pages that are pictures, read on this machine: an extra, imported only where a report has such a page."""
