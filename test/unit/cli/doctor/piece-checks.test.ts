import { expect, test } from 'vitest';
import { checkPiece } from '../../../../src/cli/doctor/piece-checks.ts';
import { parseFlags } from '../../../../src/cli/parse-flags.ts';
import type { PieceSource } from '../../../../src/model/problem.ts';
import { ranWell } from '../../../helpers/attributed-builder.ts';
import { sampleAt } from '../../../helpers/sample-builder.ts';

const settingsOf = (...argv: string[]) => parseFlags(argv, { env: {}, platform: 'linux', uid: 0 }).settings;
const settings = settingsOf('--linux.trace=on');
const pieces = ranWell('range', 'tcp', 'bound', 'udp', 'owners', 'probe', 'trace');
const sources: readonly PieceSource[] = [
  { piece: 'range', source: 'procfs' },
  { piece: 'tcp', source: 'inet_diag' },
  { piece: 'bound', source: 'inet_diag' },
  { piece: 'trace', source: 'tracefs' },
];
const sockets = ['tcp bound 127.0.0.1:40000', 'tcp bound 127.0.0.1:40001', 'udp unconnected 127.0.0.1:40000'];
const well = sampleAt(60_000).owner('dns', sockets).sample({ pieces, sources });

test.each([
  ['range', 'tcp 32768-60999 (28,232 ports), udp 32768-60999 (28,232 ports), from procfs'],
  ['tcp', 'sockets in the range: 2, from inet_diag'],
  ['udp', 'sockets in the range: 1'],
  ['bound', 'bound-only sockets are seen, from inet_diag'],
  ['owners', 'processes that hold sockets of the range: 1'],
  ['trace', 'read, from tracefs'],
] as const)('%s that was read tells what it saw', (piece, why) => {
  expect(checkPiece(piece, settings, well)).toEqual({ result: 'ok', why, remedy: '' });
});

test('what is missing is a warning, with the words of the problem as what to do', () => {
  const problems = [{ piece: 'owners', code: 'EPH_OWNERS_HIDDEN', message: 'run as root' } as const];
  expect(checkPiece('owners', settings, { ...well, problems })).toEqual({
    result: 'warning',
    why: "EPH_OWNERS_HIDDEN: the owners of other users' sockets are hidden for lack of rights",
    remedy: 'run as root',
  });
});

test('what failed is a failure, said or not', () => {
  const failed = { piece: 'tcp', success: false, timedOut: true, durationMs: 10_000 } as const;
  const sample = { ...well, pieces: [failed] };
  expect(checkPiece('tcp', settings, sample)).toMatchObject({ result: 'failure', why: 'not read within 10000 ms' });
  const problems = [{ piece: 'tcp', code: 'EPH_NETLINK_ERROR', message: 'EPERM' } as const];
  expect(checkPiece('tcp', settings, { ...sample, problems })).toMatchObject({ result: 'failure', remedy: 'EPERM' });
});

test('what is switched off, or not of this system, does not apply', () => {
  const off = settingsOf('--no-collector.udp');
  expect(checkPiece('udp', off, well)).toMatchObject({
    result: 'not_applicable',
    why: 'switched off by --no-collector.udp',
  });
  expect(checkPiece('trace', off, well)).toMatchObject({
    result: 'not_applicable',
    why: expect.stringContaining('--linux.trace'),
  });
  expect(checkPiece('events', settings, well)).toMatchObject({
    result: 'not_applicable',
    why: 'not read on this system',
  });
});

test('a range without a port is told by its probes', () => {
  const probe = { protocol: 'tcp', af: 'ipv4' } as const;
  expect(checkPiece('probe', settings, { ...well, probes: [{ ...probe, code: '' }] }).result).toBe('ok');
  expect(checkPiece('probe', settings, { ...well, probes: [{ ...probe, code: 'EADDRINUSE' }] })).toEqual({
    result: 'warning',
    why: 'no port can be had: tcp ipv4 EADDRINUSE',
    remedy: 'ephemeral-port-exporter inspect tells who holds them',
  });
  expect(checkPiece('probe', settings, { ...well, probes: [] }).result).toBe('not_applicable');
});
