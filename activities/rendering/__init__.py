"""Documents as bytes: PDF invoices and DOCX from templates, made in a child process with limits."""
