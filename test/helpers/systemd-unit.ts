/** Settings of one section of a systemd unit, in their order; a setting given again is listed again. */
export function unitSettings(text: string, section: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  let current = '';
  for (const line of text.split('\n')) {
    const head = /^\[(\w+)\]$/.exec(line)?.[1];
    if (head !== undefined) current = head;
    const [, name, value] = /^([A-Z]\w+)=(.*)$/.exec(line) ?? [];
    if (current !== section || name === undefined || value === undefined) continue;
    settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}

/** Names of capabilities as a unit writes them, without `CAP_`. */
export function capabilitiesOf(settings: ReadonlyMap<string, readonly string[]>, name: string): readonly string[] {
  return (settings.get(name) ?? [])
    .flatMap((value) => value.split(/\s+/).filter(Boolean))
    .map((capability) => capability.replace(/^CAP_/, ''));
}
