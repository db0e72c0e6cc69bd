"""The user interface: navigation, lists, form fields, chips, icons, email layout."""
