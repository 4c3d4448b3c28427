"""What the made-up bank lent over a year and since a product began: disbursements by product."""

from __future__ import annotations

from qingce.services.sample.model import Flow, yi

FLOWS = {
    "quick": Flow(
        product="quick", year=yi("23.1"), year_events=23_954, most=1_000_000_00,
    ),
    "tax": Flow(product="tax", year=yi("22.59"), year_events=1_481, most=3_000_000_00),
    "merchant_loan": Flow(product="merchant_loan", year=yi("0.19039"), year_customers=514, most=300_000_00),
    "farm_guarantee": Flow(
        product="working", programme="farm_guarantee", year=yi("0.4116"), to_date=yi("2.75"), since=2019,
        typical=500_000_00,
    ),
    "startup": Flow(
        product="startup", programme="startup_guarantee", to_date=yi("6.81"), events=2_276, since=2018,
        most=3_000_000_00,
    ),
    "farmer_online": Flow(
        product="farmer_online", year=yi("1.81"), year_events=2_384, to_date=yi("4.39"), since=2022,
        typical=80_000_00, most=300_000_00,
    ),
    "planting": Flow(
        product="planting", year=yi("1.1035"), to_date=yi("1.70"), since=2022, typical=80_000_00,
        most=300_000_00
    ),
    "poverty": Flow(product="poverty_micro", to_date=yi("6.38"), customers=21_200, most=50_000_00),
    "green_manufacturing": Flow(
        product="working", programme="green_manufacturing", year=yi("50.63"), year_customers=118,
        typical=15_000_000_00, most=200_000_000_00,
    ),
}
