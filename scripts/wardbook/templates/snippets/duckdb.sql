SELECT indicator_{{ code }}, year, value, unit_{{ code }}, plan_pct
FROM read_csv('{{ csv }}', types = {'area_code': 'VARCHAR'})
WHERE plan_status = 'missed'
ORDER BY plan_pct;
