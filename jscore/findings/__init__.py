"""Reading the findings: choosing, printing, exporting and picturing the relations that do not hold."""
