"""The factory as a WSGI application: what sitekit.serve loads."""

from tewatashi.sitekit.wsgi import site_application

application = site_application("factory")
