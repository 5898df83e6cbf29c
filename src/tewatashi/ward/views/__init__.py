"""The pages of the ward: permission, form, service, page."""
