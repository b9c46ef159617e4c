# What we use of Authlib 1.9, with types; the package itself has few.
