"""Documents as pure data: the invoice, its sums and tax, requisites, words and the payment QR code's text."""
