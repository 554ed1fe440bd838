import { type Finding, notApplicable, ok, warning } from '../../check.ts';
import { type AuditChoice, openAuditSource } from '../events/audit-source.ts';
import type { QueryEvents } from '../events/wevtapi.ts';

/** Whether the audit log that `--windows.audit` asks for can be read. @throws ExporterError when one named by hand cannot. */
export function checkAudit(choice: AuditChoice, queryEvents: () => QueryEvents): Finding {
  if (choice === 'off') return notApplicable('--windows.audit is off');
  const source = openAuditSource(choice, queryEvents);
  source.read();
  if (source.note !== '') {
    return warning(source.note, 'net localgroup "Event Log Readers" "NT SERVICE\\ephemeral-port-exporter" /add');
  }
  return ok(`the ${source.name} log can be read; whether events are written there is for auditpol or Sysmon to say`);
}
