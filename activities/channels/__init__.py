"""Ways out of the product: e-mail and gateways. Each knows how to send one message, and why it could not."""
