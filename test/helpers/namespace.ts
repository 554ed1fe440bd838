import { execa } from 'execa';

/** A network namespace of a test's own, with loopback up and TIME_WAIT ports not handed out again. */
export interface Namespace {
  readonly name: string;
  /** Runs `command` in it to its end. */
  exec(command: string, ...args: string[]): Promise<string>;
  setSysctl(name: string, value: string): Promise<void>;
  remove(): Promise<void>;
}

let made = 0;

export async function makeNamespace(prefix: string): Promise<Namespace> {
  const name = `${prefix}-${process.pid}-${++made}`;
  await execa('ip', ['netns', 'add', name]);
  const exec = async (command: string, ...args: string[]) => {
    const { stdout } = await execa('ip', ['netns', 'exec', name, command, ...args], { timeout: 10_000 });
    return stdout;
  };
  const setSysctl = async (key: string, value: string) => {
    await exec('sysctl', '-qw', `${key}=${value}`);
  };
  await exec('ip', 'link', 'set', 'lo', 'up');
  await setSysctl('net.ipv4.tcp_tw_reuse', '0');
  return { name, exec, setSysctl, remove: async () => void (await execa('ip', ['netns', 'del', name])) };
}
