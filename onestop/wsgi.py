"""The WSGI entry point that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from onestop.ops.catalogs import demand_fresh_catalogs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onestop.settings")

# Whoever starts the portal waits for this: no looking for garbage among what is loaded for good.
gc.disable()
application = get_wsgi_application()
demand_fresh_catalogs()
# The views too, which would otherwise be loaded with the first request.
assert get_resolver().url_patterns
# Workers that are forked from here go on sharing the memory of what is loaded.
gc.freeze()
gc.enable()
