import { SocketAddress } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsConfig } from '../../config/web/web-config.ts';

/** Why the client of a finished handshake is not let in; undefined when it is. Rules as Go's `ClientAuthType` has them. */
export function refusalOfClient(socket: TLSSocket, { clientAuth, allowedSans }: TlsConfig): string | undefined {
  if (clientAuth === 'NoClientCert' || clientAuth === 'RequestClientCert') return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) {
    return clientAuth === 'VerifyClientCertIfGiven' ? undefined : 'the client sent no certificate';
  }
  if (clientAuth !== 'RequireAnyClientCert' && !socket.authorized) {
    return `the certificate of the client is not trusted: ${socket.authorizationError?.message ?? 'not verified'}`;
  }
  const names = subjectNames(certificate.subjectAltName);
  if (allowedSans.length === 0 || allowedSans.some((allowed) => names.includes(canonicalName(allowed)))) {
    return undefined;
  }
  return 'no name of the certificate of the client is in client_allowed_sans';
}

/** True when the handshake proved who the client is. */
export function isVerifiedClient(socket: TLSSocket, { clientAuth }: TlsConfig): boolean {
  return clientAuth.includes('Verify') && socket.authorized && socket.getPeerX509Certificate() !== undefined;
}

/**
 * Names of a certificate from Node's text of them (`DNS:a, IP Address:1.2.3.4, URI:b, email:c`); a value that holds what
 * would mislead a reader of that text is in double quotes, as JSON.
 */
export function subjectNames(text: string | undefined): string[] {
  const names = (text ?? '').matchAll(/(?:^|, )(DNS|email|IP Address|URI):("(?:[^"\\]|\\.)*"|[^,]*)(?=, |$)/g);
  return [...names].map(([, , value = '']) => canonicalName(value.startsWith('"') ? unquote(value) : value));
}

function unquote(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    return value;
  }
}

/** IPv6 has several spellings; every other name is taken as it stands. */
function canonicalName(name: string): string {
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(name)) return name;
  try {
    return new SocketAddress({ address: name, family: 'ipv6' }).address;
  } catch {
    return name;
  }
}
