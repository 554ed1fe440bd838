import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate and its key, made for one test and never written into the repository. */
export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

export interface CertificateWish {
  readonly name: string;
  /** `DNS:...`, `IP:...` (dotted) or `URI:...`. */
  readonly sans?: readonly string[];
  readonly isAuthority?: boolean;
  /** Absent: signed by itself. */
  readonly issuer?: TestCertificate & { readonly name: string };
}

/** A certificate (RFC 5280, P-256, ECDSA with SHA-256) that is good from an hour ago for a day. */
export function makeCertificate(wish: CertificateWish): TestCertificate & { readonly name: string } {
  const { name, sans = [], isAuthority = false, issuer } = wish;
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const signer: KeyObject | string = issuer?.key ?? pair.privateKey;
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const extensions = [extension('551d13', sequence(...(isAuthority ? [der(0x01, Buffer.from([0xff]))] : [])))];
  if (sans.length > 0) extensions.push(extension('551d11', sequence(...sans.map(generalName))));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    commonName(issuer?.name ?? name),
    sequence(time(Date.now() - 3_600_000), time(Date.now() + 86_400_000)),
    commonName(name),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]));
  const base64 = sequence(body, algorithm, signature)
    .toString('base64')
    .replace(/(.{64})/g, '$1\n');
  return { name, key, cert: `-----BEGIN CERTIFICATE-----\n${base64.trimEnd()}\n-----END CERTIFICATE-----\n` };
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

function time(ms: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')}`));
}

function extension(id: string, content: Buffer): Buffer {
  return sequence(oid(id), der(0x04, content));
}

function generalName(san: string): Buffer {
  const [kind = '', ...rest] = san.split(':');
  const value = rest.join(':');
  if (kind === 'IP') return der(0x87, Buffer.from(value.split('.').map(Number)));
  return der(kind === 'DNS' ? 0x82 : 0x86, Buffer.from(value));
}
