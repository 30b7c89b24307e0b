import type { ByteString } from '../lib/bytes.ts'

/** An account name in two parts. */
export interface Account {
  readonly name: ByteString
  readonly domain: ByteString | undefined
}

/**
 * Splits `DOMAIN\user` at the first backslash, or `user@realm` at the last `@`. Where a half would be empty, all is the name.
 */
export function splitAccount(text: ByteString): Account {
  const backslash = text.indexOf('\\')
  if (backslash > 0 && backslash < text.length - 1) {
    return { name: text.slice(backslash + 1), domain: text.slice(0, backslash) }
  }
  // Few accounts have one, and to look from the front costs a quarter.
  const at = backslash < 0 && text.includes('@') ? text.lastIndexOf('@') : -1
  if (at > 0 && at < text.length - 1) return { name: text.slice(0, at), domain: text.slice(at + 1) }
  return { name: text, domain: undefined }
}
