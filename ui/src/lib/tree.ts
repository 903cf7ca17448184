// The transparency log checked in this browser, from docs/transparency-log.md alone: RFC 6962 section 2.1, and the
// signature of the head (RFC 8032).
import type { LogHead } from '@regard/client';

const encoder = new TextEncoder();
export const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
export const unhex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const sha256 = async (bytes: Uint8Array<ArrayBuffer>) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
const node = (left: Uint8Array, right: Uint8Array) => sha256(joined(Uint8Array.of(1), left, right));

/** Takes entries in order and knows the root over those taken. */
export class Tree {
  #complete: { size: number; hash: Uint8Array }[] = []; // subtrees, largest first
  size = 0;

  async add(line: string): Promise<void> {
    let one = { size: 1, hash: await sha256(joined(Uint8Array.of(0), encoder.encode(line))) };
    for (let left = this.#complete.at(-1); left?.size === one.size; left = this.#complete.at(-1)) {
      this.#complete.pop();
      one = { size: 2 * one.size, hash: await node(left.hash, one.hash) };
    }
    this.#complete.push(one);
    this.size += 1;
  }
  async root(): Promise<string> {
    const rest = [...this.#complete];
    let hash = rest.pop()?.hash ?? (await sha256(new Uint8Array()));
    for (let left = rest.pop(); left; left = rest.pop()) hash = await node(left.hash, hash);
    return hex(hash);
  }
}

/** Whether the head is signed by `key` (64 hex digits); null when this browser knows no Ed25519. */
export async function isSigned(head: LogHead, key: string): Promise<boolean | null> {
  const text = `regard-tree-head-v1\n${head.size}\n${head.root}\n${head.time}\n${head.previous}\n`;
  try {
    const imported = await crypto.subtle.importKey('raw', unhex(key), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', imported, unhex(head.signature), encoder.encode(text));
  } catch {
    return null;
  }
}
