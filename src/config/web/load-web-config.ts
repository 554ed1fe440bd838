import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { ConfigProblem } from '../config-problem.ts';
import { invalidConfig, type ParsedYaml, parseYaml, readConfigFile } from '../parse-yaml.ts';
import { CURVES, NODE_VERSION, opensslCiphers } from './tls-names.ts';
import type { TlsSection } from './tls-section.ts';
import type { TlsConfig, WebConfig } from './web-config.ts';
import { WEB_SCHEMA, type WebSection } from './web-schema.ts';

type PemKey = 'cert' | 'key' | 'client_ca';

/** One PEM text with the key of the file that it came by. */
interface Pem {
  readonly from: PemKey | `${PemKey}_file`;
  readonly text: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * Reads and checks a web configuration file with all files that it names, whose paths are relative to it.
 * @param reads is told every further file that is opened
 * @throws ExporterError EPH_CONFIG_UNREADABLE; EPH_CONFIG_INVALID with every problem, a line each, as `file:line:column`.
 */
export async function loadWebConfig(file: string, reads: (path: string) => void = () => {}): Promise<WebConfig> {
  const parsed = parseYaml(await readConfigFile(file), file, WEB_SCHEMA);
  const { tls_server_config, http_server_config, basic_auth_users, rate_limit } = parsed.value;
  const tls = tls_server_config && (await loadTls(tls_server_config, { file, parsed, reads }));
  return {
    ...http_server_config,
    users: basic_auth_users,
    ...(tls && { tls }),
    ...(rate_limit && { rateLimit: rate_limit }),
  };
}

interface Place {
  readonly file: string;
  readonly parsed: ParsedYaml<WebSection>;
  readonly reads: (path: string) => void;
}

async function loadTls(section: TlsSection, { file, parsed, reads }: Place): Promise<TlsConfig> {
  const problems: ConfigProblem[] = [];
  const complain = (key: Pem['from'], rule: 'unreadable-file' | 'bad-certificate', message: string) => {
    problems.push(parsed.problemAt(['tls_server_config', key], rule, message));
  };
  const readPem = async (key: PemKey): Promise<Pem | undefined> => {
    const inline = section[key];
    if (inline !== undefined) return { from: key, text: inline };
    const name = section[`${key}_file`];
    if (name === undefined) return undefined;
    const path = resolve(dirname(file), name);
    reads(path);
    try {
      return { from: `${key}_file`, text: await readFile(path, 'utf8') };
    } catch (error) {
      complain(`${key}_file`, 'unreadable-file', `cannot be read: ${reasonOf(error)}`);
      return undefined;
    }
  };
  const [cert, key, clientCa] = [await readPem('cert'), await readPem('key'), await readPem('client_ca')];
  for (const pem of [cert, clientCa]) {
    const complaint = pem && complaintOfCertificates(pem.text);
    if (complaint !== undefined) complain((pem as Pem).from, 'bad-certificate', complaint);
  }
  if (problems.length === 0 && cert !== undefined && key !== undefined) {
    const complaint = complaintOfPair(cert.text, key.text);
    if (complaint !== undefined) complain(key.from, 'bad-certificate', complaint);
  }
  if (problems.length > 0 || cert === undefined || key === undefined) throw invalidConfig(file, problems);
  return {
    cert: cert.text,
    key: key.text,
    ...(clientCa && { clientCa: clientCa.text }),
    clientAuth: section.client_auth_type,
    allowedSans: section.client_allowed_sans,
    minVersion: NODE_VERSION[section.min_version],
    maxVersion: NODE_VERSION[section.max_version],
    ...(section.cipher_suites.length > 0 && { ciphers: opensslCiphers(section.cipher_suites) }),
    honorCipherOrder: section.prefer_server_cipher_suites,
    ...(section.curve_preferences.length > 0 && {
      curves: section.curve_preferences.map((name) => CURVES[name]).join(':'),
    }),
  };
}

function complaintOfCertificates(pem: string): string | undefined {
  const found = pem.match(CERTIFICATE) ?? [];
  if (found.length === 0) return 'holds no certificate in PEM form';
  try {
    for (const certificate of found) new X509Certificate(certificate);
    return undefined;
  } catch (error) {
    return `holds a certificate that cannot be understood: ${reasonOf(error)}`;
  }
}

/** The reasons of OpenSSL name no part of the key. */
function complaintOfPair(cert: string, key: string): string | undefined {
  try {
    createSecureContext({ cert, key });
    return undefined;
  } catch (error) {
    return `is not the private key of the certificate, in PEM form and without a passphrase: ${reasonOf(error)}`;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
