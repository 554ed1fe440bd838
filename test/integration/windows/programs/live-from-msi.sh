# Arguments: the MSI, Windows path. Installs it silently with properties and the firewall feature, asks the service, and
# uninstalls it; prints the exit code of each and what is there in between.
# Wine looks at the level of a feature though it was named: INSTALLLEVEL is for it alone.
# An ordinary program runs beside it all the time: Wine ends its services with the last of them.
wine cmd /c 'ping -n 120 127.0.0.1' >/dev/null 2>&1 &
folder="$WINEPREFIX/drive_c/Program Files/ephemeral-port-exporter"
wine msiexec /i "$1" /qn LISTEN_ADDR=127.0.0.1 LISTEN_PORT=10072 REMOTE_ADDR=192.0.2.0/24 EXTRA_FLAGS='--process.limit=7' \
  ADDLOCAL=FirewallException INSTALLLEVEL=1000 >/dev/null 2>&1
echo "# install $?"
ls "$folder" | sed 's/^/# file /'
wine reg query 'HKLM\System\CurrentControlSet\Services\ephemeral-port-exporter' 2>/dev/null | tr -d '\r' | sed -n 's/^ *ImagePath *REG_[A-Z_]* */# runs /p; s/^ *ObjectName *REG_SZ */# as /p'
: >scraped
for _ in $(seq 100); do
  sleep 0.3
  curl -s -o scraped --max-time 10 --local-port 20000-30000 http://127.0.0.1:10072/metrics
  grep -q '^ephemeral_port_exporter_last_sample_timestamp_seconds [1-9]' scraped && break
done
sed -n 's/^ephemeral_port_exporter_source_info{piece="tcp",source="\(.*\)"} 1/# tcp by \1/p' scraped
wine msiexec /x "$1" /qn >/dev/null 2>&1
echo "# uninstall $?"
ls "$folder" 2>/dev/null | sed 's/^/# left /'
wine sc query ephemeral-port-exporter >/dev/null 2>&1
echo "# query $?"
tr -d '\r' <"$WINEPREFIX/drive_c/canned/calls.log" | grep -v dynamicport | grep -v excludedportrange | sed 's/^/# call /'
ls "$WINEPREFIX/drive_c/ProgramData/ephemeral-port-exporter" | sed 's/^/# data /'
