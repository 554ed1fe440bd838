import { createHmac } from 'node:crypto';
import { isMappedIpv4, linkLocalClass } from '../model/address.ts';
import type { Sample } from '../model/sample.ts';

/**
 * Replaces what a recording should not tell a stranger: every address that is not loopback, link-local or a wildcard by a
 * stand-in of its family that stays the same throughout (10.0.0.0/8, fd00::/8), paths by their last part, and container
 * and pod names. Program names, units, ports, states and times stay: they are the case. `key` makes the stand-ins
 * impossible to trace back; it is never written.
 */
export function createAnonymizer(key: Buffer): (sample: Sample) => Sample {
  const standIns = new Map<string, readonly [number, number, number, number]>();

  const replace = (words: Uint32Array): Uint32Array => {
    const replaced = words.slice();
    for (let offset = 0; offset < replaced.length; offset += 4) {
      if (staysAsItIs(replaced, offset)) continue;
      const text = replaced.subarray(offset, offset + 4).join(':');
      let standIn = standIns.get(text);
      if (standIn === undefined) {
        standIn = makeStandIn(key, text, isMappedIpv4(replaced, offset));
        standIns.set(text, standIn);
      }
      replaced.set(standIn, offset);
    }
    return replaced;
  };
  const hide = (name: string): string => (name === '' ? '' : digest(key, name).toString('hex').slice(0, 12));

  return (sample) => ({
    ...sample,
    namespaces: sample.namespaces.map((row) => ({
      ...row,
      name: row.name === 'host' || row.name === 'self' ? row.name : hide(row.name),
      container: hide(row.container),
      podUid: hide(row.podUid),
    })),
    processes: sample.processes.map((row) => ({ ...row, executable: row.executable.replace(/^.*[\\/]/, '') })),
    sockets: { ...sample.sockets, local: replace(sample.sockets.local), remote: replace(sample.sockets.remote) },
    connectionEvents: sample.connectionEvents.map((event) => ({
      ...event,
      local: toWords(replace(Uint32Array.from(event.local))),
      remote: toWords(replace(Uint32Array.from(event.remote))),
    })),
  });
}

function staysAsItIs(words: Uint32Array, offset: number): boolean {
  const [first, second, third, last] = toWords(words.subarray(offset, offset + 4));
  if (linkLocalClass(words, offset) !== 'other') return true;
  if (isMappedIpv4(words, offset)) return last === 0 || last >>> 24 === 127;
  return first === 0 && second === 0 && third === 0 && last <= 1;
}

function makeStandIn(key: Buffer, text: string, isIpv4: boolean): readonly [number, number, number, number] {
  const bytes = digest(key, text);
  if (isIpv4) return [0, 0, 0xffff, 0x0a000000 + (bytes.readUInt32BE(0) & 0xffffff)];
  return [
    0xfd000000 + (bytes.readUInt32BE(0) & 0xffffff),
    bytes.readUInt32BE(4),
    bytes.readUInt32BE(8),
    bytes.readUInt32BE(12),
  ];
}

function digest(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function toWords(words: Uint32Array): readonly [number, number, number, number] {
  return [words[0] as number, words[1] as number, words[2] as number, words[3] as number];
}
