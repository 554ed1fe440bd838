import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const SETUP = join(import.meta.dirname, 'container-setup.sh');

/** buildah and podman as container-setup.sh prepares them. */
export interface ContainerEngine {
  /** Builds the Dockerfile of this repository. */
  build(tag: string, buildArgs: Readonly<Record<string, string>>): void;
  /** What the command printed. @throws Error with what it said when it fails */
  podman(...args: string[]): string;
}

export function openContainerEngine(): ContainerEngine {
  const folder = execFileSync('bash', [SETUP], { encoding: 'utf8' }).trim();
  const env = {
    ...process.env,
    BUILDAH_ISOLATION: 'chroot',
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    CONTAINERS_CONF: join(folder, 'containers.conf'),
  };
  const run = (command: string, args: readonly string[], timeout: number) =>
    execFileSync(command, args, { env, encoding: 'utf8', timeout, stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    build(tag, buildArgs) {
      const given = Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
      const how = ['--isolation=chroot', '--pull-never', '--format=docker', '--no-cache'];
      run('buildah', ['bud', ...how, ...given, '-t', tag, ROOT], 240_000);
    },
    podman: (...args) => run('podman', args, 60_000),
  };
}

/** Arguments of the `docker run` that docs/install.md shows, without name of the image and what follows it. */
export function documentedRunLine(image: string): readonly string[] {
  const text = readFileSync(join(ROOT, 'docs/install.md'), 'utf8');
  const block = /```sh\n(docker run [^`]*)```/.exec(text)?.[1];
  if (block === undefined) throw new Error('docs/install.md shows no docker run');
  const words = block.replaceAll('\\\n', ' ').trim().split(/\s+/).slice(1);
  const at = words.lastIndexOf(image);
  if (at < 0) throw new Error(`the docker run of docs/install.md does not name ${image}`);
  return words.slice(0, at);
}
