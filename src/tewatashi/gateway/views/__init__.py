"""The pages of the gateway: permission, form, service, page."""
