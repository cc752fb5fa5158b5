import pandas as pd

figures = pd.read_csv("{{ csv }}", dtype={"area_code": str})
missed = figures[figures["plan_status"] == "missed"]
print(missed[["indicator_{{ code }}", "year", "value", "unit_{{ code }}", "plan_pct"]])
