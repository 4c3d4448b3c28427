SELECT
  "t0"."org" AS "_org",
  "t0"."as_of" AS "_time",
  "t0"."use" AS "d_use",
  COUNT(*) AS "_rows",
  SUM(
    CASE
      WHEN "t0"."use" IS NOT NULL
      THEN "t0"."balance"
      ELSE CAST(NULL AS DECIMAL(18, 2))
    END
  ) AS "green_loan_balance",
  COUNT(CASE WHEN "t0"."use" IS NOT NULL THEN 1 ELSE CAST(NULL AS BIGINT) END) AS "green_loan_balance__n",
  ARRAY_AGG(
    DISTINCT CASE WHEN "t0"."balance" > 0 THEN "t0"."customer" ELSE CAST(NULL AS TEXT) END
  ) FILTER(WHERE
    CASE WHEN "t0"."balance" > 0 THEN "t0"."customer" ELSE CAST(NULL AS TEXT) END IS NOT NULL) AS "borrowers",
  MAX("t0"."balance") AS "largest_loan"
FROM "loan" AS "t0"
GROUP BY
  1,
  2,
  3
