"""The pages of the factory: permission, form, service, page."""
