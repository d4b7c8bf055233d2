"""The routes, one file a subject. Each declares who may call it; :func:`siea.api.app.create_app` insists."""

from siea.api.routers import auth, calidad, demanda, health, metrics, precios, predict, problemas, variables

ROUTERS = (
    auth.router,
    demanda.router,
    precios.router,
    variables.router,
    calidad.router,
    predict.router,
    health.router,
    metrics.router,
    problemas.router,
)
