# Arguments: the exporter's program. Starts it on 127.0.0.1:10071, waits for its first sample, and prints /metrics, the size of
# the page under /, the result of its health check over the named pipe, what doctor says, and its log. curl takes its own port
# from outside of the dynamic range.
wine "$1" --web.listen-address=127.0.0.1:10071 >/dev/null 2>exporter.log &
: >scraped
for _ in $(seq 100); do
  sleep 0.3
  curl -s -o scraped --max-time 10 --local-port 20000-30000 http://127.0.0.1:10071/metrics
  grep -q '^ephemeral_port_exporter_last_sample_timestamp_seconds [1-9]' scraped && break
done
cat scraped
page=$(curl -s --max-time 10 --local-port 20000-30000 http://127.0.0.1:10071/ | wc -c)
echo "# page of $page bytes"
wine "$1" healthcheck >/dev/null 2>&1
echo "# healthcheck exit code $?"
wine "$1" doctor --json >doctor.json 2>/dev/null
sed 's/^/# doctor: /' doctor.json
sed 's/^/# log /' exporter.log
