/**
 * A small, fast, deterministic random source: the same seeds give the same values on every machine.
 * Not for secrets.
 */
export class Random {
  private state = 0;

  constructor(first = 0, second = 0, third = 0) {
    this.reseed(first, second, third);
  }

  /** Starts again from up to three 32-bit integers, so that one object serves many persons. */
  reseed(first: number, second = 0, third = 0): this {
    this.state = hash32(first, second, third);
    return this;
  }

  /** An unsigned 32-bit integer. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let value = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return (value ^ (value >>> 14)) >>> 0;
  }

  /** An integer from 0 to `below` - 1. */
  int(below: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * below);
  }

  /** True for about `percent` of 100 calls. */
  chance(percent: number): boolean {
    return this.int(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)] as T;
  }
}

/** Mixes up to three 32-bit integers into one (murmur3's finalizer); the result is a signed integer. */
export function hash32(first: number, second = 0, third = 0): number {
  let hash = Math.imul(first ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ second, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16) ^ third, 0x27d4eb2f);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** A 32-bit integer for a text, for instance to give every account another seed. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
