import { describe, expect, it } from 'vitest';
import { unitOfCgroup } from '../../../../../src/platform/linux/owners/unit-name.ts';

const ID = '4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899a';
const POD = '0d2f1c3e-7a55-4c11-9b1e-0f2d3c4b5a69';

const V2_PATHS: readonly (readonly [path: string, unit: string])[] = [
  ['/system.slice/nginx.service', 'nginx.service'],
  ['/system.slice/nginx.service/worker/3', 'nginx.service'],
  ['/system.slice/system-getty.slice/getty@tty1.service', 'getty@tty1.service'],
  ['/system.slice/system-postgresql.slice/postgresql@15-main.service', 'postgresql@15-main.service'],
  ['/system.slice/ssh@0-10.0.0.1:22-10.0.0.2:53122.service', 'ssh@.service'],
  ['/system.slice/foo@12-4711-1000.service', 'foo@.service'],
  ['/system.slice/docker.service', 'docker.service'],
  ['/system.slice/k3s.service', 'k3s.service'],
  ['/system.slice/cups.socket', 'cups.socket'],
  ['/system.slice/mnt-data\\x2d1.mount', 'mnt-data\\x2d1.mount'],
  ['/init.scope', 'init.scope'],
  ['/user.slice/user-1000.slice/session-12.scope', 'session'],
  ['/user.slice/user-0.slice/session-c3.scope', 'session'],
  ['/user.slice/user-1000.slice/user@1000.service/init.scope', 'user'],
  ['/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-1234.scope', 'user'],
  ['/user.slice/user-1000.slice/user@1000.service/app.slice/syncthing.service', 'user'],
  ['/user.slice/user-1000.slice', 'user'],
  ['/system.slice/run-r3f0c6d1e2b4a4c6f8e9d0a1b2c3d4e5f.scope', 'transient'],
  ['/system.slice/run-u42.service', 'transient'],
  ['/system.slice/run-p1234-i5678.service', 'transient'],
  ['/system.slice/run-1234.scope', 'transient'],
  ['/machine.slice/machine-qemu\\x2d1\\x2dvm.scope', 'transient'],
  [`/system.slice/docker-${ID}.scope`, 'container'],
  [`/system.slice/docker-${ID}.scope/system.slice/inner.service`, 'container'],
  [`/docker/${ID}`, 'container'],
  [`/system.slice/containerd.service/kubepods-burstable-pod1:cri-containerd:${ID}`, 'container'],
  [`/kubepods/burstable/pod${POD}/${ID}`, 'container'],
  [`/kubepods/besteffort/pod${POD}`, 'container'],
  [`/kubepods.slice/kubepods-pod${POD.replaceAll('-', '_')}.slice/cri-containerd-${ID}.scope`, 'container'],
  [`/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/crio-${ID}.scope`, 'container'],
  [`/machine.slice/libpod-${ID}.scope/container`, 'container'],
  [`/machine.slice/libpod-conmon-${ID}.scope`, 'container'],
  [`/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`, 'container'],
  [`/ecs/0123456789abcdef0123456789abcdef/${ID}`, 'container'],
  ['/lxc.payload.web/system.slice/nginx.service', 'container'],
  ['/lxc/web', 'container'],
  ['/machine.slice/systemd-nspawn@web.service/payload', 'container'],
  ['/machine.slice/machine-web.scope', 'container'],
  ['/', ''],
  ['/system.slice', ''],
  ['/some/handmade/group', ''],
  ['/../../other', ''],
];

describe('unit of a cgroup', () => {
  for (const [path, unit] of V2_PATHS) {
    it(`is ${unit === '' ? 'empty' : unit} for ${path}`, () => expect(unitOfCgroup(`0::${path}\n`)).toBe(unit));
  }

  it('comes from the systemd hierarchy of version 1 where there is no other', () => {
    expect(unitOfCgroup('5:memory:/\n1:name=systemd:/system.slice/cron.service\n')).toBe('cron.service');
  });

  it('comes from the systemd hierarchy on a hybrid host whose unified tree is not used', () => {
    expect(unitOfCgroup('1:name=systemd:/user.slice/user-0.slice/session-1.scope\n0::/\n')).toBe('session');
  });

  it('is container when any hierarchy of version 1 tells it', () => {
    expect(unitOfCgroup(`4:memory:/docker/${ID}\n1:name=systemd:/system.slice/docker.service\n`)).toBe('container');
  });

  it('is empty, printable and bounded for garbage', () => {
    for (const text of ['', 'garbage', '0::', ':::\n::', '0::relative.service', '\u0000\n\n']) {
      expect(unitOfCgroup(text)).toBe('');
    }
    const unit = unitOfCgroup(`0::/system.slice/${'x\u001b'.repeat(200)}.service`);
    expect(unit).toMatch(/^x{64}$/);
  });
});
