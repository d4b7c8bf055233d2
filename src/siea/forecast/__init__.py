"""Forecasts: strategies, their honest bands, the back-test that judges them, the registry and the service.

Strategies, features, intervals, metrics and the back-test know no database, web or HTTP code.
"""
