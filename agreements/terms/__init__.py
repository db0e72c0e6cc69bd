"""The terms of executed agreements: standing, due dates, gaps, reviews, endings, and what a State monitor asks for."""
