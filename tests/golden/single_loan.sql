SELECT
  "t1"."org" AS "_org",
  "t1"."as_of" AS "_time",
  COUNT(*) AS "_rows",
  SUM("t1"."balance") AS "loan_balance"
FROM (
  SELECT
    "t0"."loan_no",
    "t0"."as_of",
    "t0"."org",
    MAX("t0"."balance") AS "balance"
  FROM "loan" AS "t0"
  GROUP BY
    1,
    2,
    3
) AS "t1"
GROUP BY
  1,
  2
