"""What the routes work with beside the runtime: built once, passed in."""

from dataclasses import dataclass

from siea.api.health import Readiness
from siea.api.ratelimit import Limiter
from siea.forecast.service import ForecastService
from siea.runtime import Runtime
from siea.security.passwords import Passwords
from siea.security.tokens import Tokens
from siea.security.users import Users


@dataclass(frozen=True, slots=True)
class Services:
    """The services of the API."""

    tokens: Tokens
    users: Users
    limiter: Limiter
    readiness: Readiness
    forecasts: ForecastService


def build_services(runtime: Runtime) -> Services:
    """The services over what *runtime* opened."""
    return Services(
        tokens=Tokens(runtime.keys, runtime.clock),
        users=Users(Passwords(), runtime.clock),
        limiter=Limiter(runtime.redis),
        readiness=Readiness(runtime),
        forecasts=ForecastService(runtime.models, runtime.sessions, runtime.cache),
    )
