import { type Finding, notApplicable, ok, warning } from '../../check.ts';
import { SERVICE_NAME } from '../service/service-commands.ts';
import type { ReadServiceSettings, ServiceSettings } from './service-settings.ts';

/** Whether the service comes back by itself, and has an account of its own for its folder. @throws ExporterError */
export function checkService(readSettings: ReadServiceSettings): Finding {
  const settings = readSettings(SERVICE_NAME);
  if (settings === undefined) return notApplicable('the service is not installed');
  const lacks = lacking(settings);
  const delays = settings.restartDelaysMs.map((ms) => `${ms / 1_000} s`).join(', ');
  const facts = `runs as ${settings.account}, restarted after ${delays || 'no failure'}`;
  if (lacks.length === 0) return ok(facts);
  return warning(`${facts}; ${lacks.join(', ')}`, 'ephemeral-port-exporter service configure, as an administrator');
}

function lacking(settings: ServiceSettings): readonly string[] {
  return [
    settings.startsByItself ? '' : 'does not start after a boot',
    settings.isDelayed ? '' : 'starts without delay',
    settings.restartDelaysMs.length > 0 ? '' : 'is not restarted after a failure',
    settings.restartsAfterErrorExit ? '' : 'an exit with an error is no failure to it',
    settings.hasOwnAccount ? '' : 'has no account of its own',
  ].filter((lack) => lack !== '');
}
