"""Some figures by DuckDB: SQL, one GROUP BY for each date that places a dossier in a month.

Usage: some_duckdb.py LOG DAYS OUT
"""

import sys

import duckdb

FIGURES = """
CREATE MACRO passed(instant) AS
    least(greatest(epoch(instant::TIME) - 27000, 0), 14400) + least(greatest(epoch(instant::TIME) - 48600, 0), 14400);
CREATE TABLE days AS FROM read_csv('{days}');
CREATE VIEW cases AS
    SELECT *, outcome IN ('granted', 'refused') IS TRUE AS finished,
        date_diff('second', received_at, finished_at) AS elapsed, coalesce(original_due_at, due_at) AS due_day
    FROM read_parquet('{log}');
COPY (
    WITH received AS (
        SELECT unit, procedure, date_trunc('month', received_at)::DATE AS month,
            count(*) AS received,
            count_if(channel = 'online') AS online,
            avg(visits + supplement_requests) AS contacts,
            sum(fee_vnd) AS fees,
            count_if(reused) AS reused,
            count_if(synced) AS synced,
            quantile_disc(if(finished, elapsed, 1099511627776), 0.5) AS elapsed_median
        FROM cases GROUP BY ALL
    ), closed AS (
        SELECT unit, procedure, date_trunc('month', finished_at)::DATE AS month,
            count(*) AS closed,
            avg(elapsed) AS closed_mean,
            count_if(e_result) AS e_results,
            count_if(channel = 'online' AND e_result) AS online_e_results,
            quantile_disc(
                (b.before + b.open * passed(finished_at) - a.before - a.open * passed(received_at))::BIGINT, 0.5
            ) AS worked_median
        FROM cases JOIN days a ON a.day = received_at::DATE JOIN days b ON b.day = finished_at::DATE
        WHERE finished GROUP BY ALL
    ), due AS (
        SELECT unit, procedure, date_trunc('month', due_day)::DATE AS month,
            count(*) AS due, count(*) FILTER (finished_at::DATE <= due_day) AS on_time
        FROM cases WHERE finished OR outcome IS NULL GROUP BY ALL
    )
    FROM received FULL JOIN closed USING (unit, procedure, month) FULL JOIN due USING (unit, procedure, month)
    ORDER BY unit, procedure, month
) TO '{out}' (HEADER);
"""


def main(log: str, days: str, out: str) -> None:
    duckdb.execute(FIGURES.format(log=log, days=days, out=out))


if __name__ == "__main__":
    main(*sys.argv[1:4])
