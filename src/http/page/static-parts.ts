import type { OwnerAnswer } from '../api/owner-schema.ts';
import type { PoolAnswer, StatusAnswer } from '../api/status-schema.ts';
import { escapeHtml } from '../escape-html.ts';

/** Enough for who has no script; the API and the metrics hold the rest. */
const MOST_OWNERS = 10;

/** When the sample was taken. */
export function renderFreshness({ takenAtMs }: StatusAnswer): string {
  return takenAtMs === undefined
    ? 'No sample has been taken yet'
    : `Sample of ${new Date(takenAtMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Totals, readable by everybody and without a script. */
export function renderPools({ pools }: StatusAnswer): string {
  if (pools.length === 0) return '<p class="empty">No range has been read yet.</p>';
  return pools.map(renderPool).join('\n');
}

function renderPool({ netns, protocol, used, capacity }: PoolAnswer): string {
  const place = netns === 'host' || netns === 'self' ? '' : ` <bdi>${escapeHtml(netns)}</bdi>`;
  const share = capacity > 0 ? used / capacity : 0;
  return `<div class="pool"><div class="name">${protocol.toUpperCase()}${place}</div>
<svg class="use" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true"><rect class="established" width="${share}" height="1"/></svg>
<div class="share">${capacity > 0 ? `${Math.floor(share * 100)} %` : ''}</div>
<p class="facts"><b>${count(used)}</b> of ${count(capacity)} ports used, <b>${count(Math.max(0, capacity - used))}</b> left</p></div>`;
}

/** The owners with their totals, the most dangerous first. */
export function renderOwners({ owners }: StatusAnswer): string {
  const rows = owners.slice(0, MOST_OWNERS).map(renderOwner).join('\n');
  return `<div class="scroll"><table>
<thead><tr><th scope="col">Process</th><th scope="col" class="number">Ports</th><th scope="col" class="number">Stuck</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function renderOwner({ process, unit, ports, stuck }: OwnerAnswer): string {
  const name = `<bdi class="owner">${escapeHtml(process)}</bdi><bdi class="unit">${escapeHtml(unit)}</bdi>`;
  return `<tr><th scope="row">${name}</th><td class="number">${count(ports)}</td><td class="number">${count(stuck)}</td></tr>`;
}

function count(ports: number): string {
  return ports.toLocaleString('en-US');
}
