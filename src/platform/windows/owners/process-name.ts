import type { ProcessNameRule } from '../../../config/config.ts';

const LONGEST_NAME = 64;

/** Controls, and the format characters that turn text around or hide in it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Name of a process: that of the first rule that matches, else its image without `.exe`, as windows_exporter's `process` label
 * has it. `comm` of a rule sees that image name, `executable` the full path where rights allow; a rule with `commandLine` does
 * not match on Windows, where no unprivileged call tells it.
 */
export function nameProcess(image: string, executable: string, rules: readonly ProcessNameRule[]): string {
  const own = sanitize(image.replace(/\.exe$/i, '')) || 'unnamed';
  for (const rule of rules) {
    if (rule.commandLine !== undefined || rule.comm?.test(own) === false) continue;
    const match = rule.executable?.exec(executable);
    if (match === null) continue;
    return sanitize(rule.name.replace(/\$([1-9])/g, (_, digit: string) => match?.[Number(digit)] ?? '')) || own;
  }
  return own;
}

function sanitize(text: string): string {
  return [
    ...text
      .slice(0, LONGEST_NAME * 2)
      .replace(UNPRINTABLE, '')
      .trim(),
  ]
    .slice(0, LONGEST_NAME)
    .join('');
}
