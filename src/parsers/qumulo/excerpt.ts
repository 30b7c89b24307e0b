import { repairUtf8, type ByteString } from '../../lib/bytes.ts'

const LENGTH = 40

/** What stands at `at`, quoted, for a message about a broken line. */
export function excerpt(text: ByteString, at: number): ByteString {
  return at >= text.length ? 'the end of the line' : JSON.stringify(repairUtf8(text.slice(at, at + LENGTH)))
}
