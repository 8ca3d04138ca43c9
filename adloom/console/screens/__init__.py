"""One file or folder for each screen: a view reads the request, calls services, shows what came."""
