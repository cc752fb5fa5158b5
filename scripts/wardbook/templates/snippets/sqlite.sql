SELECT indicator_{{ code }}, year, value, unit_{{ code }}, plan_pct
FROM figures
WHERE plan_status = 'missed'
ORDER BY plan_pct;
