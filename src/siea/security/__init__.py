"""Who may enter and do what, and the record of it: passwords, tokens, roles, accounts, audit."""
