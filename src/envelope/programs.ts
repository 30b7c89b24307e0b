import type { ByteString } from '../lib/bytes.ts'

/** True for the programs that QNAP (`qlogd` up to QTS 4.4, `qulogd` since) and Qumulo log under. */
export function isKnownProgram(name: ByteString): boolean {
  return name === 'qulogd' || name === 'qlogd' || name.startsWith('qumulo')
}

const QNAP_MARKS = ['conn log: Users: ', 'event log: Users: ', 'err log: Users: ']

/** True where a QNAP message begins at `at`. */
export function isQnapBody(text: ByteString, at: number): boolean {
  return QNAP_MARKS.some((mark) => text.startsWith(mark, at))
}
