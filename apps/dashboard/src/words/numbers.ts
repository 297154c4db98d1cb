const whole = new Intl.NumberFormat('en');
const one = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** `1,204`; positions come as decimal strings, and may be larger than a number holds exactly. */
export function count(value: number | string): string {
  return typeof value === 'string' ? whole.format(BigInt(value)) : whole.format(value);
}

/** `2 contacts`, `1 contact`. */
export function counted(value: number | string, one: string, many = `${one}s`): string {
  return `${count(value)} ${Number(value) === 1 ? one : many}`;
}

export function decimal(value: number): string {
  return one.format(value);
}

/** `a, b and c` */
export function listed(parts: readonly string[]): string {
  return new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(parts);
}

/** The first letter as a sentence begins. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
