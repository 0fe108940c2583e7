"""Tables of a run in Markdown. A ratio is the median of each round's own ratio: what the machine did in one minute is not held against what it did in another."""
from statistics import median

from .workloads import WORKLOADS

BASES = ("postfix", "smtp-sink")


def write(rows, out):
    for name in dict.fromkeys(row["workload"] for row in rows):
        workload = WORKLOADS[name]
        of_workload = [row for row in rows if row["workload"] == name]
        out.write(f"\n### {name}: {workload.text}{' (contended)' if of_workload[0]['contended'] else ''}\n\n")
        if workload.holds or workload.defers:
            write_memory(by_server(of_workload), out)
        else:
            write_rates(workload, by_server(of_workload), out)


def by_server(rows):
    found = {}
    for row in rows:
        found.setdefault(row["server"], []).append(row)
    return {server: quiet if len(quiet := [row for row in of_server if not row.get("noisy")]) >= 2 else of_server for server, of_server in found.items()}


def write_rates(workload, servers, out):
    latencies = any("p99_ms" in row for rows in servers.values() for row in rows)
    bases = [base for base in BASES if base_of(base, servers)]
    head = [f"{workload.unit}/s", *(f"× {base}" for base in bases), "CPU s per 1,000", "client's CPU", *(["p50, p99, max ms"] if latencies else []), "syncs each", "noisy, failed"]
    out.write("| | " + " | ".join(head) + " |\n|" + "---|" * (len(head) + 1) + "\n")
    for server, rows in servers.items():
        cells = [spread([row["rate"] for row in rows], "{:,.0f}")]
        for base in bases:
            of_base = {row["round"]: row["rate"] for row in servers[base_of(base, servers)]}
            cells.append(spread([row["rate"] / of_base[row["round"]] for row in rows if of_base.get(row["round"])], "{:.2f}"))
        cells.append(spread([row["cpu_per_1000"] for row in rows], "{:.3f}"))
        cells.append(spread([row["client_cpu"] / row["elapsed"] for row in rows if "client_cpu" in row], "{:.2f}"))
        if latencies:
            cells.append(", ".join(spread([row.get(key) for row in rows], "{:.1f}") for key in ("p50_ms", "p99_ms", "max_ms")))
        cells.append(spread([row.get("syncs_per_unit") for row in rows], "{:.3f}"))
        cells.append(f"{sum(bool(row.get('noisy')) for row in rows)}, {sum(bool(row.get('error')) for row in rows)}")
        out.write(f"| {server} | " + " | ".join(cells) + " |\n")
    write_errors(servers, out)


def write_memory(servers, out):
    out.write("| | between | KiB each | just after a message | at rest again | counted from an empty server | held |\n|---|---|---|---|---|---|---|\n")
    for server, rows in servers.items():
        cells = [f"{rows[0]['few']:,} and {rows[0]['many']:,}"] + [spread([row.get(key) for row in rows], "{:.2f}") for key in ("idle_kib", "after_message_kib", "at_rest_kib", "idle_kib_from_nothing")]
        out.write(f"| {server} | " + " | ".join(cells) + f" | {rows[0].get('open')} |\n")
    write_errors(servers, out)


def write_errors(servers, out):
    for server, rows in servers.items():
        for error in dict.fromkeys(row["error"] for row in rows if row.get("error")):
            out.write(f"\n{server}: {error}\n")


def base_of(base, servers):
    """In the workloads of refusals, the sink that refuses is the one that does nothing."""
    return base if base in servers else "smtp-sink-reject" if base == "smtp-sink" and "smtp-sink-reject" in servers else None


def spread(values, form):
    values = [value for value in values if value is not None]
    if not values:
        return "–"
    middle = form.format(median(values))
    return middle if len(values) == 1 or min(values) == max(values) else f"{middle} ({form.format(min(values))}–{form.format(max(values))})"
