import { CULPRIT, INCIDENT_HOST, LINUX_HOST } from './fleet.ts';
import type { Choice } from './substitute.ts';

/** A dashboard as a person would look at it. */
export interface View {
  readonly name: string;
  readonly uid: string;
  readonly choice: Choice;
  readonly rangeSeconds: number;
}

const DAY = 86_400;
const ALL = { job: '.+', instance: '.+', netns: '.+', protocol: '.+', process: '.+', unit: '.*' };

export const VIEWS: readonly View[] = [
  { name: 'fleet', uid: 'epx-fleet', choice: ALL, rangeSeconds: DAY },
  {
    name: 'host of the incident',
    uid: 'epx-host',
    choice: { ...ALL, instance: INCIDENT_HOST, netns: 'host', protocol: 'tcp' },
    rangeSeconds: 7 * DAY,
  },
  {
    name: 'sound Linux host',
    uid: 'epx-host',
    choice: { ...ALL, instance: LINUX_HOST, netns: 'host', protocol: 'tcp' },
    rangeSeconds: DAY,
  },
  {
    name: 'leak of the incident',
    uid: 'epx-leak',
    choice: { ...ALL, instance: INCIDENT_HOST, protocol: 'tcp', process: CULPRIT.process, unit: CULPRIT.unit },
    rangeSeconds: 7 * DAY,
  },
  {
    name: 'leak view of a sound program',
    uid: 'epx-leak',
    choice: {
      ...ALL,
      instance: LINUX_HOST,
      netns: 'host',
      protocol: 'tcp',
      process: 'kubelet',
      unit: 'kubelet.service',
    },
    rangeSeconds: DAY,
  },
];
