# Arguments: the exporter's program, node.exe. Installs it as a service, asks it, has it read its parameters again, stops it and
# removes it; prints the exit code of each.
# An ordinary program runs beside it all the time: Wine ends its services with the last of them.
wine cmd /c 'ping -n 120 127.0.0.1' >/dev/null 2>&1 &
wine "$1" service install --web.listen-address=127.0.0.1:10071 '--config.file=C:\canned\config.txt' >/dev/null 2>&1
echo "# install $?"
: >scraped
for _ in $(seq 100); do
  sleep 0.3
  curl -s -o scraped --max-time 10 --local-port 20000-30000 http://127.0.0.1:10071/metrics
  grep -q '^ephemeral_port_exporter_last_sample_timestamp_seconds [1-9]' scraped && break
done
wine "$1" service status >/dev/null 2>&1
echo "# status $?"
sed -n 's/^ephemeral_port_state_ports{protocol="tcp",netns="host",state="bound"}/# bound/p' scraped
wine "$2" programs/control-service.js 4 6 >control.out 2>/dev/null
tr -d '\r' <control.out
sleep 1
wine sc stop ephemeral-port-exporter >/dev/null 2>&1
echo "# stop $?"
for _ in $(seq 50); do
  sleep 0.3
  wine sc query ephemeral-port-exporter 2>/dev/null | grep -q 'STATE *: 1' && break
done
wine sc query ephemeral-port-exporter 2>/dev/null | tr -d '\r' | sed -n 's/^ *WIN32_EXIT_CODE *: \([0-9]*\).*/# ended with \1/p'
wine "$1" service status >/dev/null 2>&1
echo "# status $?"
wine "$1" service uninstall >/dev/null 2>&1
echo "# uninstall $?"
wine "$1" service status >/dev/null 2>&1
echo "# status $?"
