"""The application: middlewares, error documents, routes, and the dashboard for everything else."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from siea.api import errors, openapi
from siea.api.deps import declared
from siea.api.gate import Gate
from siea.api.intake import Intake
from siea.api.network import networks
from siea.api.observe import Observe
from siea.api.routers import ROUTERS
from siea.api.services import build_services
from siea.api.static import Dashboard
from siea.api.version import VERSION
from siea.runtime import Runtime


class UndeclaredRouteError(RuntimeError):
    """A route that does not declare who may call it."""


def create_app(runtime: Runtime) -> FastAPI:
    """The API and the dashboard over what *runtime* opened; the caller closes the runtime after serving.

    Serve it with ``proxy_headers=False``: the address of a client is judged here, by ``trusted_proxies``.
    Raises UndeclaredRouteError for a route without exactly one declaration of who may call it, ValueError
    for a bad range in ``trusted_proxies``.
    """
    settings, services = runtime.settings, build_services(runtime)
    app = FastAPI(
        title=openapi.TITLE,
        summary=openapi.SUMMARY,
        description=openapi.DESCRIPTION,
        version=VERSION,
        openapi_tags=openapi.TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        # Their pages load scripts from another host.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.runtime = runtime
    app.state.services = services
    errors.install(app)
    for router in ROUTERS:
        for route in router.routes:
            if not isinstance(route, APIRoute) or declared(route) is None:
                raise UndeclaredRouteError(getattr(route, "path", repr(route)))
        app.include_router(router)
    # What no route takes, not a mount over everything: that would hide the 405 of a known address.
    app.router.default = Dashboard(settings.dashboard_dir)
    app.openapi = openapi.Document(app)  # type: ignore[method-assign]  # the way FastAPI documents
    # The last one added is the outermost.
    app.add_middleware(
        Gate,
        tokens=services.tokens,
        limiter=services.limiter,
        per_minute=settings.requests_per_minute,
        trusted=networks(settings.trusted_proxies),
    )
    app.add_middleware(Intake)
    app.add_middleware(Observe)
    return app
