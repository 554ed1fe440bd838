import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const NAME = 'ephemeral-port-exporter';
const DEPLOY = join(import.meta.dirname, '../../deploy/systemd');
const DROP_INS = readdirSync(join(DEPLOY, 'drop-ins'));

/** A root with the unit in it and a program where it looks for one. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eph-units-'));
  const units = join(root, 'etc/systemd/system');
  mkdirSync(units, { recursive: true });
  cpSync('/usr/lib/systemd/system', join(root, 'usr/lib/systemd/system'), { recursive: true });
  for (const kind of ['service', 'socket']) cpSync(join(DEPLOY, `${NAME}.${kind}`), join(units, `${NAME}.${kind}`));
  const program = join(root, 'usr/lib', NAME, NAME);
  mkdirSync(join(program, '..'), { recursive: true });
  for (const path of [program, join(root, 'bin/kill')]) {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o755);
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function addDropIn(name: string): void {
  const folder = join(root, 'etc/systemd/system', `${NAME}.service.d`);
  mkdirSync(folder);
  cpSync(join(DEPLOY, 'drop-ins', name), join(folder, name));
}

/** Everything that it said, complaints included. */
function analyze(...args: string[]): string {
  const { stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return stdout + stderr;
}

/** Overall exposure, 0 (nothing) to 10. */
function exposure(): number {
  const printed = analyze('security', '--offline=yes', '--no-pager', `--root=${root}`, `${NAME}.service`);
  return Number(/Overall exposure level for \S+: ([\d.]+)/.exec(printed)?.[1]);
}

const documented = (): ReadonlyMap<string, number> => {
  const text = readFileSync(join(DEPLOY, '../../docs/privileges.md'), 'utf8');
  return new Map(
    [...text.matchAll(/^\| `([\w.-]+)`.*\| (\d\.\d) \|$/gm)].map(([, name, score]) => [name ?? '', Number(score)]),
  );
};

describe('the systemd units', () => {
  it('are taken by systemd without a word', () => {
    const options = ['--man=no', `--root=${root}`];
    expect(analyze('verify', ...options, `${NAME}.service`, `${NAME}.socket`)).toBe('');
  });

  it('are as little exposed as docs/privileges.md says', () => {
    expect(exposure()).toBe(documented().get(`${NAME}.service`));
  });

  it.each(DROP_INS)('stay good with the drop-in %s', (name) => {
    addDropIn(name);
    expect(analyze('verify', '--man=no', `--root=${root}`, `${NAME}.service`)).toBe('');
    expect(exposure()).toBe(documented().get(name));
  });
});
