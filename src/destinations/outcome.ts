import { printableText } from '../lib/printable.ts'
import type { Fault } from './destination.ts'
import type { HttpAnswer } from './http-client.ts'

/** Something in the request is not acceptable: half of it may be. */
export interface Split {
  readonly kind: 'split'
  readonly reason: string
  readonly status: number
  /** Place of the record that is the reason, where the server names it. */
  readonly culprit?: number | undefined
}

/** What an answer says of the whole request; `taken` still wants its body to be read. */
export type Verdict = { readonly kind: 'taken'; readonly status: number; readonly body: string } | Split | Fault

/**
 * The one retry table.
 *
 * | answer | verdict |
 * | --- | --- |
 * | 2xx | taken: the body may say more |
 * | no connection, no answer in time, 408, 425, 429, 5xx | retry, no sooner than `Retry-After` |
 * | 413, 400, 422 | split: something in the batch is too much, or wrong; one record alone is rejected |
 * | certificates, every other status: 401, 403, 404, redirects | hold: a wrong key or address must never cost data |
 */
export function judge(answer: HttpAnswer, host: string): Verdict {
  if (answer.kind === 'failed') return answer.fault
  const { status, body, retryAfter: after } = answer
  if (status >= 200 && status < 300) return { kind: 'taken', status, body }
  const reason = `${host}: ${status}${excerpt(body)}`
  if (status === 413 || status === 400 || status === 422) return { kind: 'split', reason, status }
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { kind: 'retry', reason, after }
  return { kind: 'hold', reason }
}

/** What a 2xx says that it should not: it cannot be told what was taken. */
export function notUnderstood(host: string, body: string): Fault {
  return { kind: 'retry', reason: `${host}: an answer that is not understood${excerpt(body)}` }
}

const LONGEST_EXCERPT = 300

/** ` words of the server`, on one line; nothing if it said nothing. */
function excerpt(body: string): string {
  const text = shorten(body)
  return text === '' ? '' : ` ${text}`
}

/** Words of a server as they may stand in a message: one line, printable, not long. */
export function shorten(words: string): string {
  const text = printableText(words.slice(0, 4 * LONGEST_EXCERPT).replace(/\s+/g, ' ').trim())
  return text.length > LONGEST_EXCERPT ? `${text.slice(0, LONGEST_EXCERPT)}...` : text
}
