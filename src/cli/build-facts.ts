import { readFileSync } from 'node:fs';

/** What was built, and what runs it. */
export interface BuildFacts {
  readonly version: string;
  /** Commit the build was made from; `unknown` when the build did not say. */
  readonly revision: string;
  readonly node: string;
  readonly os: string;
  readonly arch: string;
}

/** Reads package.json and, where the build left one, `dist/build-info.json` with `{"revision": "..."}`. */
export function readBuildFacts(): BuildFacts {
  const root = new URL('../../', import.meta.url);
  return {
    version: textField(new URL('package.json', root), 'version'),
    revision: textField(new URL('dist/build-info.json', root), 'revision'),
    node: process.version,
    os: process.platform,
    arch: process.arch,
  };
}

/** The text of `--version`, in the shape of the Prometheus tools. */
export function versionText(build: BuildFacts): string {
  return [
    `ephemeral-port-exporter, version ${build.version} (revision: ${build.revision})`,
    `  node version:     ${build.node}`,
    `  platform:         ${build.os}/${build.arch}`,
    '',
  ].join('\n');
}

function textField(file: URL, field: string): string {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const value = typeof content === 'object' && content !== null ? Reflect.get(content, field) : undefined;
    return typeof value === 'string' ? value : 'unknown';
  } catch {
    return 'unknown';
  }
}
