"""The partner network of a local area: who the partners are, what they offer, who speaks for them."""
