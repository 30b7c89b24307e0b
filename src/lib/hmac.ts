import * as crypto from 'node:crypto'
import type { ByteString } from './bytes.ts'

/** Block of SHA-256, in bytes. */
const BLOCK = 64
/** Texts longer than this go another way. */
const SCRATCH_SIZE = 4096

/** Missing from Node before 20.12, whatever the types say. Two of these are twice as fast as one createHmac. */
const hashAtOnce = crypto.hash as typeof crypto.hash | undefined

/** Makes HMAC-SHA256 (RFC 2104) with a key. The 32 bytes come as 64 hexadecimal digits, or as a byte string. */
export function createHmacSha256(key: Buffer): (text: ByteString, form: 'hex' | 'binary') => string {
  const whole = (text: ByteString, form: 'hex' | 'binary'): string =>
    crypto.createHmac('sha256', key).update(text, 'latin1').digest().toString(form)
  if (hashAtOnce === undefined) return whole
  const block = Buffer.alloc(BLOCK)
  ;(key.length > BLOCK ? hashAtOnce('sha256', key, 'buffer') : key).copy(block)
  const inner = Buffer.concat([block.map((byte) => byte ^ 0x36), Buffer.alloc(SCRATCH_SIZE)])
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(32)])
  return (text, form) => {
    if (text.length > SCRATCH_SIZE) return whole(text, form)
    inner.write(text, BLOCK, 'latin1')
    // As subarray does, without asking for the class of the result.
    const keyed = new Uint8Array(inner.buffer, inner.byteOffset, BLOCK + text.length)
    // As a string: a buffer of its own for each digest is memory that the collector sees late.
    outer.write(hashAtOnce('sha256', keyed, 'binary'), BLOCK, 'latin1')
    return hashAtOnce('sha256', outer, form)
  }
}
