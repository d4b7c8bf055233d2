"""The routes, one file a subject. Each declares who may call it; :func:`siea.api.app.create_app` insists."""

from siea.api.routers import (
    auth,
    calidad,
    cuarentena,
    demanda,
    fuentes,
    health,
    metrics,
    precios,
    predict,
    problemas,
    revisiones,
    variables,
)

ROUTERS = (
    auth.router,
    demanda.router,
    precios.router,
    variables.router,
    calidad.router,
    cuarentena.router,
    revisiones.router,
    fuentes.router,
    predict.router,
    health.router,
    metrics.router,
    problemas.router,
)
