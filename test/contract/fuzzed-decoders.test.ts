import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CONFIG_TARGETS } from '../helpers/fuzz/config-targets.ts';
import { HTTP_TARGETS } from '../helpers/fuzz/http-targets.ts';
import { LEDGER_TARGETS } from '../helpers/fuzz/ledger-targets.ts';
import { LINUX_TARGETS } from '../helpers/fuzz/linux-targets.ts';
import { RECORDING_TARGETS } from '../helpers/fuzz/recording-targets.ts';
import { WINDOWS_TARGETS } from '../helpers/fuzz/windows-targets.ts';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));
/** Rooms that bytes come in through. */
const ROOMS = ['platform', 'store', 'config', 'http'];
const EXPORTED = /^export (?:async )?function\*? (\w+)(?:<[^>]*>)?\(\s*\w+: (?:readonly )?([\w[\] |]+?)(?= *[,)=\n])/gm;
const BYTES = /^(?:Uint8Array|Buffer|DataView|NetlinkBuffer|string(?:\[\])?|unknown)(?: \| undefined)?$/;

/** Functions whose first bytes or text are our own or the operator's: paths, names of libraries, what we write ourselves. */
const OUR_OWN_TEXT = new Set([
  'config/load.ts loadConfig',
  'config/parse-yaml.ts invalidConfig',
  'config/parse-yaml.ts readConfigFile',
  'config/web/load-web-config.ts loadWebConfig',
  'config/web/tls-names.ts opensslCiphers',
  'http/api/csv.ts csvCell',
  'http/page/assemble-script.ts assembleScript',
  'http/page/status-page.ts createStatusPage',
  'http/tcp-listeners.ts openTcpListeners',
  'platform/check.ts failure',
  'platform/check.ts notApplicable',
  'platform/check.ts ok',
  'platform/check.ts warning',
  'platform/linux/owners/cgroup-fs.ts openCgroupFs',
  'platform/linux/checks/proc-texts.ts openProcTexts',
  'platform/linux/namespaces/ip-netns.ts readIpNetnsNames',
  'platform/linux/mount-point.ts readMountPoint',
  'platform/linux/namespace-name.ts identifyNamespace',
  'platform/linux/namespaces/namespace-fs-node.ts openNamespaceFs',
  'platform/linux/port-range.ts openPortRange',
  'platform/linux/port-range.ts unreadableRange',
  'platform/linux/namespaces/proc-namespace.ts procNamespaces',
  'platform/linux/owners/process-fs-node.ts openProcessFs',
  'platform/linux/trace/sample-trace.ts cleanUpTrace',
  'platform/linux/tcp-timing.ts readTcpTwReuse',
  'platform/linux/trace/trace-fs.ts openTraceFs',
  'platform/linux/trace/trace-tasks.ts openTaskFs',
  'platform/windows/load-koffi.ts callFailed',
  'platform/windows/probe/native-probe.ts probeNativeParts',
  'platform/windows/commands/power-shell.ts startPowerShell',
  'platform/windows/owners/process-calls.ts describeExecutable',
  'platform/linux/single-exe/load-native.ts loadNative',
  'platform/windows/events/audit-feed.ts createAuditFeed',
  'platform/windows/checks/folder-checks.ts checkDataFolder',
  'platform/windows/checks/folder-checks.ts checkProgramFolder',
  'platform/windows/service/command-line.ts quoteArgument',
  'platform/windows/service/data-folder.ts serviceSid',
  'platform/windows/service/data-folder.ts protectFolder',
  'platform/windows/service/firewall-commands.ts removeFirewallRule',
  'platform/windows/service/service-commands.ts dataFolderIn',
  'platform/windows/service/service-commands.ts createService',
  'platform/windows/service/service-commands.ts flagsOfService',
  'platform/windows/service/service-commands.ts configureService',
  'platform/windows/single-exe/extract-native.ts nativeFileName',
  'platform/windows/single-exe/extract-native.ts extractNative',
  'store/anonymize.ts createAnonymizer',
  'store/ledger-codec.ts sealBody',
]);

const targets = [
  ...LINUX_TARGETS,
  ...WINDOWS_TARGETS,
  ...RECORDING_TARGETS,
  ...LEDGER_TARGETS,
  ...CONFIG_TARGETS,
  ...HTTP_TARGETS,
];
const fuzzed = new Set(targets.map(({ decoder }) => decoder));

function takersOfBytes(): string[] {
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(SOURCE, room), { recursive: true, encoding: 'utf8' }).map((file) => `${room}/${file}`),
  );
  return files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(join(SOURCE, file), 'utf8').matchAll(EXPORTED)]
        .filter(([, , type]) => BYTES.test(type as string))
        .map(([, name]) => `${file.replaceAll('\\', '/')} ${name}`),
    );
}

describe('every function that takes bytes or text', () => {
  const takers = takersOfBytes();

  it('is found', () => {
    expect(takers).toContain('platform/linux/netlink/inet-diag.ts appendDiagRows');
    expect(takers.length).toBeGreaterThan(60);
  });

  it('has an entry in test/helpers/fuzz, or is known to take our own only', () => {
    expect(takers.filter((one) => !fuzzed.has(one) && !OUR_OWN_TEXT.has(one))).toEqual([]);
  });

  it('is not excused without being there', () => {
    expect([...OUR_OWN_TEXT].filter((one) => !takers.includes(one) || fuzzed.has(one))).toEqual([]);
  });
});

it.each([...fuzzed])('%s is there to be fuzzed', (decoder) => {
  const [file = '', name = ''] = decoder.split(' ');
  expect(readFileSync(join(SOURCE, file), 'utf8')).toMatch(
    new RegExp(`export (?:async )?(?:function|const) ${name}\\b`),
  );
});
