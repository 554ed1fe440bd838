/** @import { StatusAnswer } from '../../api/status-schema.ts' */
import { element, part } from './dom.js';
import { countText } from './format.js';

/** The commands that open the eyes of the exporter again, by the code of the problem. @type {Readonly<Record<string, string>>} */
const COMMANDS = {
  EPH_OWNERS_HIDDEN:
    'systemctl edit ephemeral-port-exporter   # [Service] AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH',
  EPH_LISTEN_IN_RANGE: 'ephemeral-port-exporter --web.listen-address=:10071',
  EPH_NETLINK_OPEN: 'modprobe --all inet_diag tcp_diag udp_diag',
  EPH_NETLINK_ERROR: 'modprobe --all inet_diag tcp_diag udp_diag',
};

/** @type {Readonly<Record<string, string>>} */
const REASONS = {
  no_permission: 'belong to processes that may not be looked into',
  gone: 'had lost their process before it could be found',
  kernel: 'are held by the kernel itself',
  time_wait: 'wait out their TIME_WAIT, and nobody saw who closed them',
};

/** What could not be measured, and the command that mends it. */
export function createBlindSpots() {
  const [section, parent] = [part('blind-section'), part('blind')];
  let told = '';
  return {
    /** @param {StatusAnswer} status */
    update({ problems, unattributed }) {
      const hidden = unattributed.filter(({ reason }) => reason === 'no_permission' || reason === 'gone');
      section.hidden = problems.length === 0 && hidden.length === 0;
      // Rewritten only when it says something else: commands are there to be selected and copied.
      const text = JSON.stringify([problems, hidden]);
      if (text === told) return;
      told = text;
      const list = element('dl');
      for (const { code, meaning, message } of problems) {
        const command = COMMANDS[code];
        list.append(
          element('dt', {}, sentence(meaning)),
          element(
            'dd',
            {},
            message ?? '',
            ' ',
            element('code', {}, code),
            command !== undefined && commandBlock(command),
          ),
        );
      }
      for (const { netns, protocol, reason, ports } of hidden) {
        const place = netns === 'host' || netns === 'self' ? '' : ` in ${netns}`;
        list.append(element('dt', {}, `${countText(ports)} ${protocol.toUpperCase()} ports${place} have no name`));
        list.append(element('dd', {}, `They ${REASONS[reason] ?? reason}.`));
      }
      parent.replaceChildren(list);
    },
  };
}

/** @param {string} command */
function commandBlock(command) {
  return element('pre', { tabindex: 0 }, element('code', {}, command));
}

/** @param {string} text */
function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
