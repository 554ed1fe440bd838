import type { Settings } from '../../config/settings.ts';
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import { capacityOf, type DynamicRange } from '../../model/port-range.ts';
import { PIECES, type Piece } from '../../model/problem.ts';
import { PROTOCOL, PROTOCOLS, type Protocol } from '../../model/protocol.ts';
import type { Sample } from '../../model/sample.ts';
import { type Check, type Finding, failure, notApplicable, ok, warning } from '../../platform/check.ts';
import { countText } from '../inspect/quantities.ts';

/** One check for each part of a sample, from one reading that all of them share. */
export function pieceChecks(settings: Settings, read: () => Promise<Sample>): readonly Check[] {
  return PIECES.map((piece) => ({ name: piece, run: async () => checkPiece(piece, settings, await read()) }));
}

/** How one part of the reading went, and from where it came. */
export function checkPiece(piece: Piece, { collectors }: Pick<Settings, 'collectors'>, sample: Sample): Finding {
  if (!collectors[piece]) {
    return notApplicable(
      piece === 'trace' ? '--linux.trace (Windows: --windows.audit) is off' : `switched off by --no-collector.${piece}`,
    );
  }
  const outcome = sample.pieces.find((one) => one.piece === piece);
  const [problem] = sample.problems.filter((one) => one.piece === piece);
  const failed = outcome?.success === false;
  if (problem !== undefined) {
    return (failed ? failure : warning)(`${problem.code}: ${meaningOf(problem.code)}`, problem.message);
  }
  if (failed)
    return failure(`not read within ${Math.round(outcome.durationMs)} ms`, 'is the host overloaded? run it again');
  if (piece === 'probe') return checkProbes(sample);
  const source = sample.sources.find((one) => one.piece === piece)?.source ?? 'none';
  if (outcome === undefined && source === 'none') return notApplicable('not read on this system');
  return ok(source === 'none' ? describePiece(piece, sample) : `${describePiece(piece, sample)}, from ${source}`);
}

/** A bind of our own that fails is trouble of the host, which `inspect` explains. */
function checkProbes({ probes }: Sample): Finding {
  const failed = probes.filter(({ code }) => code !== '');
  if (probes.length === 0) return notApplicable('no bind was tried');
  if (failed.length === 0) return ok('a port can be had for each protocol and family');
  const list = failed.map(({ protocol, af, code }) => `${protocol} ${af} ${code}`).join(', ');
  return warning(`no port can be had: ${list}`, 'ephemeral-port-exporter inspect tells who holds them');
}

function describePiece(piece: Piece, sample: Sample): string {
  const { namespaces, processes } = sample;
  switch (piece) {
    case 'range':
      return PROTOCOLS.map((protocol) => rangeText(protocol, namespaces[0]?.ranges ?? [])).join(', ');
    case 'tcp':
      return `sockets in the range: ${countText(countSockets(sample, PROTOCOL.tcp))}`;
    case 'udp':
      return `sockets in the range: ${countText(countSockets(sample, PROTOCOL.udp))}`;
    case 'bound':
      return 'bound-only sockets are seen';
    case 'owners':
      return `processes that hold sockets of the range: ${countText(processes.length)}`;
    case 'namespaces':
      return `network namespaces: ${countText(namespaces.length)}`;
    default:
      return 'read';
  }
}

function rangeText(protocol: Protocol, ranges: readonly DynamicRange[]): string {
  const own = ranges.filter((range) => range.protocol === protocol);
  const spans = [...new Set(own.map(({ first, last }) => `${first}-${last}`))].join(' and ');
  return `${protocol} ${spans} (${countText(capacityOf(own))} ports)`;
}

function countSockets({ sockets }: Sample, code: number): number {
  return sockets.protocol.subarray(0, sockets.length).filter((one) => one === code).length;
}

function meaningOf(code: string): string {
  return Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as ErrorCode] : code;
}
