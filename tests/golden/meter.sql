SELECT
  "t0"."org" AS "_org",
  DATE_TRUNC('MONTH', "t0"."read_on") AS "_time",
  "t0"."energy" AS "d_energy",
  COUNT(*) AS "_rows",
  SUM(
    CASE
      WHEN "t0"."energy" = 'electricity'
      THEN "t0"."quantity"
      ELSE CAST(NULL AS DECIMAL(18, 3))
    END
  ) AS "electricity",
  COUNT(CASE WHEN "t0"."energy" = 'electricity' THEN 1 ELSE CAST(NULL AS BIGINT) END) AS "electricity__n",
  COUNT(*) AS "readings",
  COUNT(*) AS "readings_so_far",
  COUNT(
    CASE
      WHEN "t0"."quantity" >= CAST(50 AS DECIMAL(2, 0))
      THEN 1
      ELSE CAST(NULL AS BIGINT)
    END
  ) AS "heavy_readings",
  COUNT(
    CASE
      WHEN "t0"."quantity" >= CAST(100 AS DECIMAL(3, 0))
      THEN 1
      ELSE CAST(NULL AS BIGINT)
    END
  ) AS "heavy_readings__2"
FROM "meter" AS "t0"
GROUP BY
  1,
  2,
  3
