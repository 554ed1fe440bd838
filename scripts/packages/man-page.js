// The manual page, ephemeral-port-exporter(8): what --help says, so that it can never say anything else.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The page as roff (man(7)). */
export function manPage(root, version) {
  const help = execFileSync(process.execPath, [join(root, 'dist/main.js'), '--help'], { encoding: 'utf8' });
  return `.TH EPHEMERAL\\-PORT\\-EXPORTER 8 "" "ephemeral\\-port\\-exporter ${version}"
.SH NAME
ephemeral\\-port\\-exporter \\- say who uses up the ephemeral ports of this host
.SH SYNOPSIS
.B ephemeral\\-port\\-exporter
[\\fICOMMAND\\fR] [\\fIFLAGS\\fR]
.SH DESCRIPTION
.nf
${roff(help)}
.fi
.SH FILES
.TP
.I /etc/default/ephemeral\\-port\\-exporter
flags of the service, as OPTIONS
.TP
.I /var/lib/ephemeral\\-port\\-exporter
the ledger: ports and their ages over restarts
.TP
.I /run/ephemeral\\-port\\-exporter/control.sock
control socket, for the local commands
.TP
.I /usr/share/doc/ephemeral\\-port\\-exporter/systemd
drop\\-ins for the unit: more rights, fewer, and who may connect
`;
}

function roff(text) {
  return text.trimEnd().replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll(/^[.']/gm, '\\&$&');
}
