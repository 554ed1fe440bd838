import { z } from 'zod';
import type { OwnerRule } from '../model/owner-rule.ts';
import type { Pattern, ProcessNameRule } from './config.ts';
import { addIssue } from './config-problem.ts';
import { compilePattern } from './pattern.ts';

const MAX_RULES = 1000;
const MAX_TEXT = 200;

interface Compiled {
  readonly pattern: Pattern;
  readonly groups: number;
}

const pattern = z.string().transform((text, context): Compiled => {
  const result = compilePattern(text);
  if (result.ok) return result;
  addIssue(context, result.rule, `pattern ${JSON.stringify(text.slice(0, 60))} ${result.reason}`);
  return z.NEVER;
});

const shortText = z.string().superRefine((text, context) => {
  if (text.trim() === '') addIssue(context, 'bad-text', 'must not be empty');
  else if (text.length > MAX_TEXT) addIssue(context, 'bad-text', `must not be longer than ${MAX_TEXT} characters`);
  else if (/\p{Cc}/u.test(text)) addIssue(context, 'bad-text', 'must be one line without control characters');
});

const processName = z
  .strictObject({ name: shortText, comm: pattern.optional(), exe: pattern.optional(), cmdline: pattern.optional() })
  .transform((rule, context): ProcessNameRule => {
    const { name, comm, exe, cmdline } = rule;
    if (comm === undefined && exe === undefined && cmdline === undefined) {
      addIssue(
        context,
        'empty-match',
        'give at least one of comm, exe and cmdline; a rule without would name every process',
      );
    }
    const highest = Math.max(0, ...[...name.matchAll(/\$(\d)/g)].map((match) => Number(match[1])));
    const groups = (cmdline ?? exe)?.groups ?? 0;
    if (highest > groups) {
      const which = cmdline === undefined ? 'exe' : 'cmdline';
      addIssue(context, 'group-reference', `$${highest} is used but ${which} has ${groups} group(s)`, ['name']);
    }
    return {
      name,
      ...(comm === undefined ? {} : { comm: comm.pattern }),
      ...(exe === undefined ? {} : { executable: exe.pattern }),
      ...(cmdline === undefined ? {} : { commandLine: cmdline.pattern }),
    };
  });

const owner = z
  .strictObject({
    match: z.strictObject({ process: pattern, unit: pattern.optional() }),
    muted: z.boolean(),
    reason: shortText,
  })
  .transform(
    ({ match, muted, reason }): OwnerRule => ({
      process: match.process.pattern,
      ...(match.unit === undefined ? {} : { unit: match.unit.pattern }),
      muted,
      reason,
    }),
  );

/** The config file; its keys are as they stand in YAML. */
export const CONFIG_SCHEMA: z.ZodType<{
  readonly process_names: ProcessNameRule[];
  readonly owners: OwnerRule[];
}> = z.strictObject({
  process_names: z.array(processName).max(MAX_RULES).default([]),
  owners: z.array(owner).max(MAX_RULES).default([]),
});
