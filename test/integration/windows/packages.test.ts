import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/load.ts';
import { buildWindowsPackages, readMsiTable, VERSION, windowsPackage } from '../../helpers/windows-packages.ts';

/** Bits of ServiceControl.Event and CustomAction.Type (Windows Installer's documentation). */
const EVENT = { installStart: 1, installStop: 2, uninstallStop: 32, uninstallDelete: 128 };
const ACTION = { installedExe: 18, goesOnAfterFailure: 64, inScript: 1024, asSystem: 2048 };

beforeAll(() => buildWindowsPackages(), 300_000);

function propertyValue(property: string): string | undefined {
  return readMsiTable('Property').find((row) => row['Property'] === property)?.['Value'];
}

describe('the MSI', () => {
  it('has the properties that users of windows_exporter know, and passes them on to the elevated part', () => {
    const defaults = ['LISTEN_PORT', 'METRICS_PATH', 'REMOTE_ADDR', 'ProductVersion', 'ALLUSERS'].map(propertyValue);
    expect(defaults).toEqual(['10071', '/metrics', 'any', VERSION, '1']);
    const secure = propertyValue('SecureCustomProperties')?.split(';');
    const given = ['LISTEN_ADDR', 'LISTEN_PORT', 'METRICS_PATH', 'CONFIG_FILE', 'EXTRA_FLAGS', 'REMOTE_ADDR'];
    expect(secure).toEqual(expect.arrayContaining(given));
    expect(secure).toEqual(expect.arrayContaining(readMsiTable('Upgrade').map((row) => row['ActionProperty'])));
  });

  it('installs an automatic service of LocalService that runs with these properties', () => {
    expect(readMsiTable('ServiceInstall')).toEqual([
      expect.objectContaining({
        Name: 'ephemeral-port-exporter',
        StartType: '2',
        StartName: 'NT AUTHORITY\\LocalService',
        Arguments:
          '--service --web.listen-address=[LISTEN_ADDR]:[LISTEN_PORT] --web.telemetry-path=[METRICS_PATH] [CONFIG_FLAG] [EXTRA_FLAGS]',
        Component_: 'Exporter',
      }),
    ]);
    expect(readMsiTable('Component').find((row) => row['Component'] === 'Exporter')?.['KeyPath']).toBe('ExporterExe');
  });

  it('starts it when installed, and stops and removes it when uninstalled', () => {
    const event = EVENT.installStart + EVENT.installStop + EVENT.uninstallStop + EVENT.uninstallDelete;
    expect(readMsiTable('ServiceControl')).toEqual([
      expect.objectContaining({ Name: 'ephemeral-port-exporter', Event: `${event}`, Wait: '1' }),
    ]);
  });

  it('has the firewall as a feature of its own that nobody gets unasked', () => {
    const features = readMsiTable('Feature').map((row) => [row['Feature'], row['Feature_Parent'], row['Level']]);
    expect(features).toEqual([
      ['Main', '', '1'],
      ['FirewallException', 'Main', '1000'],
    ]);
    const components = (feature: string) =>
      readMsiTable('FeatureComponents').flatMap((row) => (row['Feature_'] === feature ? [row['Component_']] : []));
    // Named alone, it brings all that the main feature has.
    expect(components('FirewallException')).toEqual([...components('Main'), 'FirewallMark']);
  });

  it('configures by the installed executable, as the system, between making the service and starting it', () => {
    const actions = new Map(readMsiTable('CustomAction').map((row) => [row['Action'], row]));
    const asSystem = ACTION.installedExe + ACTION.inScript + ACTION.asSystem;
    expect(actions.get('ConfigureService')).toMatchObject({ Type: `${asSystem}`, Target: 'service configure' });
    expect(actions.get('OpenFirewall')).toMatchObject({
      Type: `${asSystem}`,
      Target: 'service firewall "--firewall=[REMOTE_ADDR]" --web.listen-address=[LISTEN_ADDR]:[LISTEN_PORT]',
    });
    expect(actions.get('CloseFirewall')).toMatchObject({ Type: `${asSystem + ACTION.goesOnAfterFailure}` });
    const order = readMsiTable('InstallExecuteSequence')
      .sort((a, b) => Number(a['Sequence']) - Number(b['Sequence']))
      .map((row) => row['Action']);
    const wanted = [
      'CloseFirewall',
      'RemoveFiles',
      'InstallFiles',
      'InstallServices',
      'ConfigureService',
      'OpenFirewall',
      'StartServices',
    ];
    expect(order.filter((action) => wanted.includes(action ?? ''))).toEqual(wanted);
  });

  it('opens and closes the firewall with its feature, and leaves the rule to the next version', () => {
    const conditions = readMsiTable('InstallExecuteSequence').map((row) => [row['Action'], row['Condition']]);
    expect(conditions).toContainEqual(['OpenFirewall', '&FirewallException=3']);
    expect(conditions).toContainEqual(['CloseFirewall', '&FirewallException=2 AND NOT UPGRADINGPRODUCTCODE']);
  });

  it('carries the native library under the name that holds its hash', () => {
    const folder = mkdtempSync(join(tmpdir(), 'eph-msi-'));
    execFileSync('msiextract', ['-C', folder, windowsPackage('msi')], { stdio: 'ignore' });
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const hashes = new Map(
      files.map((file) => {
        const bytes = readFileSync(join(file.parentPath, file.name));
        return [file.name, createHash('sha256').update(bytes).digest('hex')] as const;
      }),
    );
    rmSync(folder, { recursive: true });
    const native = [...hashes.keys()].find((name) => name.startsWith('koffi-'));
    expect([...hashes.keys()].sort()).toEqual(['config.sample.yml', 'ephemeral-port-exporter.exe', native]);
    expect(native).toBe(`koffi-${hashes.get(native ?? '')?.slice(0, 32)}.node`);
  });
});

describe('the zip', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'eph-zip-'));
    execFileSync('unzip', ['-q', windowsPackage('zip'), '-d', folder]);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('holds the executable as built, the licence, and a sample configuration that is a good one', () => {
    const [name, ...others] = readdirSync(folder);
    expect([name, others]).toEqual([`ephemeral-port-exporter-${VERSION}-x64`, []]);
    const inside = join(folder, name ?? '');
    expect(readdirSync(inside).sort()).toEqual(['LICENSE.txt', 'config.sample.yml', 'ephemeral-port-exporter.exe']);
    expect(readFileSync(join(inside, 'ephemeral-port-exporter.exe')).equals(readFileSync(windowsPackage('exe')))).toBe(
      true,
    );
    const { processNames, owners } = parseConfig(readFileSync(join(inside, 'config.sample.yml')), 'config.sample.yml');
    expect([processNames.length, owners.length]).toEqual([1, 1]);
  });
});
