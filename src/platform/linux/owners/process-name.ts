import type { ProcessNameRule } from '../../../config/config.ts';

/** What the kernel tells of a program, as the name rules see it. */
export interface ProgramText {
  readonly comm: string;
  /** Path without ` (deleted)`; empty when not readable. */
  readonly executable: string;
  /** Arguments joined by blanks. */
  readonly commandLine: string;
}

const LONGEST_NAME = 64;
const DELETED = ' (deleted)';
// Controls, and the format characters that turn text around or hide in it.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Name of a process: the first rule that matches, else the base name of the executable, else comm; never empty. */
export function nameProcess(program: ProgramText, rules: readonly ProcessNameRule[]): string {
  const own = sanitizeName(baseName(program.executable)) || sanitizeName(program.comm) || 'unnamed';
  for (const rule of rules) {
    const name = applyRule(rule, program);
    if (name !== undefined) return sanitizeName(name) || own;
  }
  return own;
}

/** The path of an executable without the mark of one that was replaced while it runs. */
export function cutDeleted(executable: string): string {
  return executable.endsWith(DELETED) ? executable.slice(0, -DELETED.length) : executable;
}

/** Text without unprintable characters, at most `longest` characters. */
export function sanitizeName(text: string, longest: number = LONGEST_NAME): string {
  const clean = text.replace(UNPRINTABLE, '').trim();
  return clean.length <= longest ? clean : [...clean.slice(0, longest * 2)].slice(0, longest).join('');
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function applyRule(rule: ProcessNameRule, program: ProgramText): string | undefined {
  if (rule.comm !== undefined && !rule.comm.test(program.comm)) return undefined;
  const executable = rule.executable?.exec(program.executable);
  const commandLine = rule.commandLine?.exec(program.commandLine);
  if (executable === null || commandLine === null) return undefined;
  const groups = commandLine ?? executable;
  return rule.name.replace(/\$([1-9])/g, (_, digit: string) => groups?.[Number(digit)] ?? '');
}
