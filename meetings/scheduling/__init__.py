"""Series and their meetings: plan, make, move and cancel them, and see what they collide with."""
