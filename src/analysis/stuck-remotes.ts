import { LINK_LOCAL_CLASSES, type RemoteClass } from '../model/link-local.ts';
import { REMOTE_LABEL, type StuckRemote } from '../model/report.ts';
import type { EndpointIndex } from './endpoint-index.ts';
import type { PairCounts } from './pair-counts.ts';

const MOST_FREQUENT = 3;
/** Metadata remotes named in one group; there are three such addresses, but a hostile process chooses the port. */
const METADATA_LIMIT = 20;
const CLASSES: readonly RemoteClass[] = [...LINK_LOCAL_CLASSES, 'other'];

interface Counted {
  readonly endpoint: number;
  readonly ports: number;
}

/**
 * The list of a group's stuck ports by last remote: the most frequent and the metadata ones by name, most ports first; the
 * rest as `(other)`, once for each class; the never seen last.
 */
export function remoteList(
  byRemote: PairCounts,
  endpoints: EndpointIndex,
  groupCount: number,
): (group: number, neverSeen: number) => StuckRemote[] {
  const counted: Counted[][] = Array.from({ length: groupCount }, () => []);
  byRemote.forEach((group, endpoint, ports) => {
    counted[group]?.push({ endpoint, ports });
  });
  return (group, neverSeen) => {
    const remotes = listOf(counted[group] ?? [], endpoints);
    if (neverSeen > 0) remotes.push({ remote: REMOTE_LABEL.neverSeen, class: 'other', ports: neverSeen });
    return remotes;
  };
}

function listOf(counted: Counted[], endpoints: EndpointIndex): StuckRemote[] {
  counted.sort((one, other) => other.ports - one.ports || endpoints.compare(one.endpoint, other.endpoint));
  const named: StuckRemote[] = [];
  const folded = new Map<RemoteClass, number>();
  let metadata = 0;
  counted.forEach(({ endpoint, ports }, rank) => {
    const remoteClass = endpoints.classOf(endpoint);
    const isMetadata = remoteClass === 'metadata' && ++metadata <= METADATA_LIMIT;
    if (rank < MOST_FREQUENT || isMetadata) {
      named.push({ remote: endpoints.textOf(endpoint, endpoints.tagOf(endpoint)), class: remoteClass, ports });
    } else folded.set(remoteClass, (folded.get(remoteClass) ?? 0) + ports);
  });
  for (const remoteClass of CLASSES) {
    const ports = folded.get(remoteClass);
    if (ports !== undefined) named.push({ remote: REMOTE_LABEL.other, class: remoteClass, ports });
  }
  return named;
}
