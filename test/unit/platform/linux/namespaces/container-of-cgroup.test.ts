import { describe, expect, it } from 'vitest';
import { containerOfCgroup } from '../../../../../src/platform/linux/namespaces/container-of-cgroup.ts';

const ID = '4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899a';
const SHORT = '4f5e6d7c8b9a';
const OUTER = 'e'.repeat(64);
const POD = '0d2f1c3e-7a55-4c11-9b1e-0f2d3c4b5a69';
const POD_ = POD.replaceAll('-', '_');
const STATIC_POD = '3a1c7e0f9b5d2c4e6f8091a2b3c4d5e6';

const V2: readonly (readonly [runtime: string, path: string, container: string, podUid: string])[] = [
  ['docker, systemd', `/system.slice/docker-${ID}.scope`, SHORT, ''],
  ['docker, cgroupfs', `/docker/${ID}`, SHORT, ''],
  ['docker, systemd within', `/system.slice/docker-${ID}.scope/system.slice/inner.service`, SHORT, ''],
  ['docker, rootless', `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${ID}.scope`, SHORT, ''],
  ['nerdctl', `/system.slice/nerdctl-${ID}.scope`, SHORT, ''],
  ['podman, systemd', `/machine.slice/libpod-${ID}.scope/container`, SHORT, ''],
  ['podman, cgroupfs', `/libpod_parent/libpod-${ID}`, SHORT, ''],
  ['podman, rootless', `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${ID}.scope`, SHORT, ''],
  ['podman, pod', `/machine.slice/machine-libpod_pod_${OUTER}.slice/libpod-${ID}.scope/container`, SHORT, ''],
  ["podman's watcher", `/machine.slice/libpod-conmon-${ID}.scope`, '', ''],
  [
    'containerd, systemd',
    `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${POD_}.slice/cri-containerd-${ID}.scope`,
    SHORT,
    POD,
  ],
  ['containerd, guaranteed', `/kubepods.slice/kubepods-pod${POD_}.slice/cri-containerd-${ID}.scope`, SHORT, POD],
  ['containerd, cgroupfs', `/kubepods/besteffort/pod${POD}/${ID}`, SHORT, POD],
  [
    'containerd, systemd path in cgroupfs',
    `/system.slice/containerd.service/kubepods-burstable-pod${POD_}.slice:cri-containerd:${ID}`,
    SHORT,
    POD,
  ],
  ['k3s', `/k3s/kubepods/burstable/pod${POD}/${ID}`, SHORT, POD],
  ['a static pod', `/kubepods/burstable/pod${STATIC_POD}/${ID}`, SHORT, STATIC_POD],
  [
    'cri-o, systemd',
    `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${POD_}.slice/crio-${ID}.scope`,
    SHORT,
    POD,
  ],
  ['cri-o, cgroupfs', `/kubepods/pod${POD}/crio-${ID}`, SHORT, POD],
  ["cri-o's watcher", `/kubepods.slice/kubepods-pod${POD_}.slice/crio-conmon-${ID}.scope`, '', POD],
  ['a pod without container', `/kubepods/besteffort/pod${POD}`, '', POD],
  ['kind: a pod in a container', `/docker/${OUTER}/kubelet/kubepods/pod${POD}/${ID}`, SHORT, POD],
  ['ecs', `/ecs/0123456789abcdef0123456789abcdef/${ID}`, SHORT, ''],
  ['a service', '/system.slice/nginx.service', '', ''],
  ['a session', '/user.slice/user-1000.slice/session-12.scope', '', ''],
  ['a name of 64 other letters', `/docker/${'g'.repeat(64)}`, '', ''],
  ['a pod that is none', '/system.slice/podman.service', '', ''],
  ['the root', '/', '', ''],
  ['another cgroup namespace', '/../../x', '', ''],
];

describe('containerOfCgroup', () => {
  it.each(V2)('knows %s', (_, path, container, podUid) => {
    expect(containerOfCgroup(`0::${path}\n`)).toEqual({ container, podUid });
  });

  it.each(V2)('knows %s on cgroup v1', (_, path, container, podUid) => {
    const text = `12:pids:${path}\n11:cpu,cpuacct:${path}\n1:name=systemd:${path}\n`;
    expect(containerOfCgroup(text)).toEqual({ container, podUid });
  });

  it('takes what one of the hierarchies of v1 or a hybrid host tells', () => {
    const text = `9:memory:/\n4:pids:/kubepods/pod${POD}/${ID}\n0::/system.slice/containerd.service\n`;
    expect(containerOfCgroup(text)).toEqual({ container: SHORT, podUid: POD });
  });

  it.each(['', '0::', 'garbage\n', '0:/docker\n', '\n\n'])('finds nothing in %j', (text) => {
    expect(containerOfCgroup(text)).toEqual({ container: '', podUid: '' });
  });
});
