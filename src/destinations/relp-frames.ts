import type { ByteString } from '../lib/bytes.ts'

/** One frame of RELP: `TXNR SP COMMAND SP DATALEN [SP DATA] LF` (https://www.rsyslog.com/doc/relp.html). */
export interface RelpFrame {
  /** Number of the transaction; 0 for a hint that the server gives unasked. */
  readonly transaction: number
  readonly command: string
  readonly data: ByteString
}

/** Largest number of a transaction; 1 follows. */
export const MAX_TRANSACTION = 999_999_999
/** Answers are short; more is no RELP. */
const MAX_DATA = 128 * 1024
const MAX_HEADER = 9 + 1 + 32 + 1 + 9 + 1

export function encodeFrame({ transaction, command, data }: RelpFrame): ByteString {
  return `${transaction} ${command} ${data.length}${data === '' ? '' : ' ' + data}\n`
}

/** Creates a reader of frames that arrive in pieces. It throws where the peer does not speak RELP. */
export function createFrameReader(onFrame: (frame: RelpFrame) => void): (bytes: Buffer) => void {
  let rest: ByteString = ''
  return (bytes) => {
    rest += bytes.toString('latin1')
    let at = 0
    for (;;) {
      const read = readFrame(rest, at)
      if (read === undefined) break
      onFrame(read.frame)
      at = read.end
    }
    rest = rest.slice(at)
  }
}

const HEADER = /(\d{1,9}) ([a-zA-Z]{1,32}) (\d{1,9})([ \n])/y

/** The frame that begins at `at`; `undefined` if it is not complete. */
function readFrame(text: ByteString, at: number): { frame: RelpFrame; end: number } | undefined {
  HEADER.lastIndex = at
  const [header, transaction, command, length, mark] = HEADER.exec(text) ?? []
  if (header === undefined || command === undefined) {
    if (text.length - at > MAX_HEADER) throw new Error('the peer does not speak RELP')
    return undefined
  }
  const size = Number(length)
  if (size > MAX_DATA) throw new Error(`the peer announces an answer of ${size} bytes`)
  const dataAt = at + header.length
  // Without data the line feed follows the length, in some implementations behind a blank.
  const end = mark === '\n' ? dataAt : dataAt + size + 1
  if (text.length < end) return undefined
  if (text.charAt(end - 1) !== '\n') throw new Error('the peer does not speak RELP: a frame without its line feed')
  return { frame: { transaction: Number(transaction), command, data: mark === '\n' ? '' : text.slice(dataAt, dataAt + size) }, end }
}
