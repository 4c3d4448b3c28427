SELECT
  COUNT(*) AS "_rows",
  COUNT(*) AS "outlets"
FROM "outlet" AS "t0"
