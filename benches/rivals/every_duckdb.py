"""By DuckDB every figure that KPIs count in such a log: SQL, a GROUP BY for each date that places a dossier.

Usage: every_duckdb.py LOG DAYS OUT
"""

import sys

import duckdb

FIGURES = """
CREATE TABLE days AS FROM read_csv('{days}');
CREATE MACRO passed(instant) AS
    least(greatest(epoch(instant::TIME) - 27000, 0), 14400) + least(greatest(epoch(instant::TIME) - 48600, 0), 14400);
CREATE TABLE pauses AS
    WITH spans AS (
        SELECT case_id, string_split(unnest(string_split(paused, ';')), '/') AS span
        FROM read_parquet('{log}') WHERE paused IS NOT NULL
    ), instants AS (
        SELECT case_id, span[1]::TIMESTAMP AS since, nullif(span[2], '')::TIMESTAMP AS until FROM spans
    )
    SELECT case_id, sum(b.before + b.open * passed(until) - a.before - a.open * passed(since)) AS waited
    FROM instants JOIN days a ON a.day = since::DATE JOIN days b ON b.day = until::DATE GROUP BY case_id;
CREATE VIEW cases AS
    SELECT log.*,
        coalesce(original_due_at, due_at) AS due_day,
        channel = 'online' AS by_net,
        outcome IN ('granted', 'refused') IS TRUE AS finished,
        outcome IN ('withdrawn', 'returned') IS TRUE AS given_up,
        coalesce((f.before - r.before) / 28800 - r.open < 30, false) AS in_time,
        coalesce((f.before - s.before) / 28800 - s.open < 30, false) AS in_time_of_submission,
        date_diff('second', received_at, finished_at) AS elapsed,
        r.before + r.open * passed(received_at) AS at_received,
        s.before + s.open * passed(submitted_at) AS at_submitted,
        f.before + f.open * passed(finished_at) AS at_finished,
        v.before + v.open * passed(delivered_at) AS at_delivered,
        u.before + u.open * 28800 - at_received AS allowed,
        (at_finished - at_received - coalesce(waited, 0))::BIGINT AS worked
    FROM read_parquet('{log}') log
        LEFT JOIN pauses USING (case_id)
        LEFT JOIN days s ON s.day = submitted_at::DATE
        LEFT JOIN days r ON r.day = received_at::DATE
        LEFT JOIN days f ON f.day = finished_at::DATE
        LEFT JOIN days v ON v.day = delivered_at::DATE
        LEFT JOIN days u ON u.day = coalesce(original_due_at, due_at);
COPY (
    WITH received AS (
        SELECT unit, procedure, date_trunc('month', received_at)::DATE AS month,
            count(*) AS received,
            count(*) FILTER (by_net) AS online,
            count(*) FILTER (service_level = 'full') AS full_service,
            count(*) FILTER (service_level = 'full' AND by_net) AS full_online,
            avg(visits + supplement_requests) AS contacts,
            count(*) FILTER (supplement_requests > 1) AS repeat_supplements,
            count(*) FILTER (supplement_requests = 0 AND NOT (outcome IS NOT DISTINCT FROM 'returned' AND in_time))
                AS first_time_right,
            count(*) FILTER (given_up AND in_time) AS withdrawn,
            count(*) FILTER (reused) AS reused,
            count(*) FILTER (vneid OR population_data) AS population_data,
            count(*) FILTER (digitised AND e_result AND in_time) AS digitised,
            count(*) FILTER (receiving_unit <> unit) AS elsewhere,
            count(*) FILTER (fee_vnd > 0 AND payment <> 'exempt') AS payable,
            count(*) FILTER (fee_vnd > 0 AND payment = 'online') AS paid_online,
            count(*) FILTER (payment IN ('cash', 'transfer', 'card', 'online')) AS paid,
            count(*) FILTER (payment IN ('transfer', 'card', 'online')) AS cashless,
            count(*) FILTER (synced) AS synced,
            count(national_status) AS on_both,
            count(*) FILTER (status = national_status) AS agreeing,
            count(*) FILTER (accepted_at >= received_at AND due_at IS NOT NULL AND officer IS NOT NULL
                AND (outcome IS NULL OR finished_at >= accepted_at)) AS traceable,
            sum(worked) FILTER (finished AND in_time) / sum(allowed) FILTER (finished AND in_time) AS limit_ratio,
            quantile_disc(if(finished, elapsed, 1099511627776), 0.5) AS elapsed_median,
            quantile_disc(if(finished, elapsed, 1099511627776), 0.9) AS elapsed_p90,
            quantile_disc(if(finished, worked, 1099511627776), 0.5) AS processing_median
        FROM cases GROUP BY ALL
    ), closed AS (
        SELECT unit, procedure, date_trunc('month', finished_at)::DATE AS month,
            count(*) AS closed,
            avg(elapsed) AS closed_mean,
            count(*) FILTER (e_result) AS e_results,
            count(*) FILTER (by_net AND e_result) AS online_e_results,
            quantile_disc(worked, 0.5) AS worked_median,
            quantile_disc(coalesce(at_delivered - at_finished, 1099511627776)::BIGINT, 0.5) AS delivery_median
        FROM cases WHERE finished GROUP BY ALL
    ), due AS (
        SELECT unit, procedure, date_trunc('month', due_day)::DATE AS month,
            count(*) AS due,
            count(*) FILTER (finished_at::DATE <= due_day) AS on_time,
            count(*) FILTER ((finished_at::DATE <= due_day) IS NOT TRUE) AS late,
            count(*) FILTER ((finished_at::DATE <= due_day) IS NOT TRUE AND apology_at::DATE < due_day) AS apologies
        FROM cases WHERE NOT given_up GROUP BY ALL
    ), submitted AS (
        SELECT unit, procedure, date_trunc('month', submitted_at)::DATE AS month,
            count(*) AS submitted,
            count(*) FILTER (finished AND in_time_of_submission) AS completed,
            count(*) FILTER (by_net) AS submitted_online,
            count(*) FILTER (by_net AND at_received - at_submitted > 28800) AS accepted_late
        FROM cases GROUP BY ALL
    )
    FROM received FULL JOIN closed USING (unit, procedure, month) FULL JOIN due USING (unit, procedure, month)
        FULL JOIN submitted USING (unit, procedure, month)
    ORDER BY unit, procedure, month
) TO '{out}' (HEADER);
"""


def main(log: str, days: str, out: str) -> None:
    duckdb.execute(FIGURES.format(log=log, days=days, out=out))


if __name__ == "__main__":
    main(*sys.argv[1:4])
