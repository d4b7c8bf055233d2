"""What can go wrong with a forecast, each a type of its own with a text for people (Spanish)."""


class ForecastError(Exception):
    """A forecast, training or model that cannot be had; ``mensaje`` tells a person why, in Spanish."""

    def __init__(self, mensaje: str) -> None:
        super().__init__(mensaje)
        self.mensaje = mensaje


class InsufficientHistoryError(ForecastError):
    """Too few usable days (settled, with a value) to do what was asked."""

    def __init__(self, days: int, needed: int) -> None:
        super().__init__(f"Historia insuficiente: hay {days} días cerrados con dato y se necesitan {needed}.")
        self.days = days
        self.needed = needed


class HistoryError(ForecastError):
    """A history that is not one value a day in the expected columns."""


class DatesError(ForecastError):
    """Days to forecast that are repeated, or none at all."""


class HorizonError(ForecastError):
    """A horizon outside what the models can honestly give."""

    def __init__(self, days: int, longest: int) -> None:
        super().__init__(f"El horizonte de {days} días no se puede pronosticar: pida de 1 a {longest} días.")
        self.days = days
        self.longest = longest


class NoModelError(ForecastError):
    """No model is registered, promoted or readable for a variable."""


class SchemaMissingError(ForecastError):
    """A model that does not say what it takes and gives: it is not registered."""


class FewResidualsError(ForecastError):
    """Too few back-test errors for a band of the level asked for."""

    def __init__(self, residuals: int, needed: int) -> None:
        super().__init__(
            f"Hay {residuals} errores de prueba retrospectiva; calibrar las bandas necesita {needed}."
        )
        self.residuals = residuals
        self.needed = needed


class PlanError(ForecastError):
    """A back-test that cannot be run as asked: reversed range, step or horizon below one."""


class CancelledBacktestError(ForecastError):
    """The back-test was told to stop before its end."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"La prueba retrospectiva se detuvo en {done} de {total} orígenes.")
