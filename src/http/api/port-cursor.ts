import { PROTOCOLS, type Protocol } from '../../model/protocol.ts';

/** Where a page of ports ended. */
export interface PortPosition {
  readonly netns: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** The position as an opaque text that needs no escaping in a URL. */
export function formatCursor({ netns, protocol, port }: PortPosition): string {
  return Buffer.from(JSON.stringify([netns, protocol, port])).toString('base64url');
}

/** The position of a cursor; undefined when it is none of ours. */
export function parseCursor(text: string): PortPosition | undefined {
  try {
    const fields: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(fields) || fields.length !== 3) return undefined;
    const [netns, protocolName, port]: readonly unknown[] = fields;
    const protocol = PROTOCOLS.find((name) => name === protocolName);
    if (typeof netns !== 'string' || protocol === undefined) return undefined;
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535) return undefined;
    return { netns, protocol, port };
  } catch {
    return undefined;
  }
}
