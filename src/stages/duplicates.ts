import type { Enricher } from '../enrich/enricher.ts'
import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import { lowerAscii } from '../lib/bytes.ts'

/** Who failed to log in where, and how many of them are waited for at most. Strangers choose the names. */
const MAX_LOGINS = 4096
/** Lines of one such login whose twin has not come, at most. */
const MAX_WAITING = 64

/** The first line of a failed login, until its twin comes. */
interface First {
  readonly id: string
  readonly provider: string
  /** Milliseconds since 1970, by the clock of the device. */
  readonly time: number
}

/**
 * Makes the stage that finds the second of the two lines that a QNAP writes of one failed login: one of the access log and
 * one of the event log, in either order, at most `window` milliseconds apart. It gets `naslog.duplicate_of`, so that logins
 * can be counted once.
 *
 * It has a memory, of bounded size: one stage belongs to one pipeline. After a restart a twin may go unmarked.
 */
export function createDuplicates(window: number): Enricher {
  const waiting = new Map<string, First[]>()
  return {
    name: 'duplicates',
    sets: [F['naslog.duplicate_of']],
    apply(event) {
      const login = failedLogin(event)
      if (login === undefined) return
      const near = (waiting.get(login.key) ?? []).filter(({ time }) => Math.abs(login.time - time) <= window)
      const twin = near.findIndex(({ provider }) => provider !== login.provider)
      if (twin >= 0) event.set(F['naslog.duplicate_of'], near.splice(twin, 1)[0]?.id)
      else near.push(login)
      // The login that was heard of last goes to the end, so that the one at the front is the one to forget.
      waiting.delete(login.key)
      if (near.length > 0) waiting.set(login.key, near.slice(-MAX_WAITING))
      if (waiting.size > MAX_LOGINS) waiting.delete(waiting.keys().next().value as string)
    },
  }
}

function failedLogin(event: Event): (First & { key: string }) | undefined {
  if (event.get(F['event.outcome']) !== 'failure' || event.get(F['naslog.parser']) !== 'qnap') return undefined
  if (event.get(F['event.category'])?.includes('authentication') !== true) return undefined
  const id = event.get(F['event.id'])
  const provider = event.get(F['event.provider'])
  const user = event.get(F['user.target.name']) ?? event.get(F['user.name'])
  const address = event.get(F['source.ip']) ?? event.get(F['source.address'])
  const time = Date.parse(event.get(F['@timestamp']) ?? '')
  if (id === undefined || provider === undefined || user === undefined || address === undefined || Number.isNaN(time)) return undefined
  const device = event.get(F['log.syslog.hostname']) ?? event.get(F['naslog.sender.address']) ?? ''
  return { id, provider, time, key: `${device}\0${address}\0${lowerAscii(user)}` }
}
