"""What pages are made of: navigation, lists, form fields, chips, icons, e-mail layout."""
