"""Who may log in, and the one way to do it: user id and password, then a one-time code, then everything else.

The order of a login is a list of stages (adapter.AccountAdapter.get_login_stages). A session comes to be only after
the last of them, in one place (allauth's resume_login, R8): before it, the visitor has a cookie that opens nothing.
"""
