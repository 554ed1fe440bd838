/** @import { OwnerAnswer } from '../../api/owner-schema.ts' */
/** @import { StatusAnswer } from '../../api/status-schema.ts' */
/** @import { VerdictKind } from '../../../analysis/verdict.ts' */
import { element, part, setAttributes, setText } from './dom.js';
import { shareText } from './format.js';

/** @type {Readonly<Record<VerdictKind, string>>} */
const KINDS = {
  nothing_read: 'Unknown',
  exhausted: 'No port left',
  leaking: 'Leak',
  time_wait_storm: 'Many short connections',
  busy_destination: 'One busy destination',
  near: 'Nearly full',
  stuck: 'Stuck ports',
  held: 'Held ports',
  blind: 'Partly unseen',
  fine: 'Fine',
};

/** A unit that can stand in a command line as it is. */
const PLAIN_UNIT = /^[\w@.:-]{1,80}$/;
/** Units that name no service: nothing to restart. */
const NO_SERVICES = ['', 'session', 'user', 'transient', 'container'];

/** The headline: what to think of this host, and what to do. */
export function createVerdict() {
  const [section, kind, sentence] = [part('verdict'), part('kind'), part('sentence')];
  const [advice, announcement] = [part('advice'), part('announcement')];
  return {
    /** @param {StatusAnswer} status */
    update({ verdict, owners, pools }) {
      setAttributes(section, { 'data-kind': verdict.kind });
      const name = KINDS[verdict.kind];
      setText(kind, name);
      setText(sentence, verdict.sentence);
      // Numbers change with every refresh; only another kind is worth an interruption.
      if (announcement.dataset['kind'] !== verdict.kind) setText(announcement, `${name}. ${verdict.sentence}`);
      announcement.dataset['kind'] = verdict.kind;
      const text = adviceText(verdict.kind, owners);
      advice.hidden = text.length === 0;
      if (advice.dataset['text'] !== text.join('')) {
        advice.replaceChildren(...text.map((piece, index) => (index % 2 === 0 ? piece : element('code', {}, piece))));
        advice.dataset['text'] = text.join('');
      }
      const fullest = Math.max(0, ...pools.map(({ used, capacity }) => (capacity === 0 ? 1 : used / capacity)));
      document.title = `${pools.length === 0 ? '' : `${shareText(fullest, 1)}, `}${name} \u2013 ports of ${location.hostname}`;
    },
  };
}

/**
 * What to do next: texts, each second one a command.
 * @param {string} kind
 * @param {readonly OwnerAnswer[]} owners the most dangerous first
 * @returns {string[]}
 */
function adviceText(kind, owners) {
  if (kind !== 'leaking' && kind !== 'exhausted' && kind !== 'stuck') return [];
  const culprit = owners.find(({ mutedReason, stuck }) => mutedReason === undefined && stuck > 0);
  if (culprit === undefined) return [];
  const lasts =
    'Only the end of the process gives the ports back, and the leak begins anew with the next one. Note what is below first';
  const { unit } = culprit;
  if (NO_SERVICES.includes(unit) || !PLAIN_UNIT.test(unit)) return [`${lasts}, then restart the program.`];
  const command = unit.endsWith('.service') ? `systemctl restart ${unit}` : `Restart-Service ${unit}`;
  return [`${lasts}, then `, command, '.'];
}
