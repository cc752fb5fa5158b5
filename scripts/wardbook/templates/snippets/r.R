figures <- read.csv("{{ csv }}", encoding = "UTF-8",
                    colClasses = c(area_code = "character"))
subset(figures, plan_status == "missed",
       select = c(indicator_{{ code }}, year, value, unit_{{ code }}, plan_pct))
