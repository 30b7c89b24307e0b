import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SettingsOf } from '../config/destinations/index.ts'
import type { Destination, Parcel } from './destination.ts'
import type { HttpAnswer } from './http-client.ts'
import { createHttpDestination, join, taken, type Exchange, type Settled } from './http-destination.ts'
import { parseObject } from './json-answer.ts'
import { judge, notUnderstood, type Verdict } from './outcome.ts'
import type { Secret } from './secret.ts'

/**
 * Codes of the collector that need a person: tokens (1–4, 21, 22), index (7), channel (10, 11), acknowledgement (14), query authentication (16)
 * (https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector, "Possible error codes"). They come with 400
 * as well, where the data would be suspected otherwise.
 */
const FOR_A_PERSON: ReadonlySet<number> = new Set([1, 2, 3, 4, 7, 10, 11, 14, 16, 21, 22])

/** First and longest pause between two questions whether events are indexed, in ms. */
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5000

/** Splunk's HTTP Event Collector. Records are its event objects (encode/splunk.ts), which stand one behind the other in a request. */
export function createSplunkDestination(settings: SettingsOf<'splunk'>, secret: Secret): Destination {
  const channel = randomUUID()
  const { host } = new URL(settings.url)
  const headersOf = (token: string) => ({
    authorization: `Splunk ${token}`,
    'content-type': 'application/json',
    ...(settings.acknowledge && { 'x-splunk-request-channel': channel }),
  })

  /** Asks until the events of a request are indexed. `false` says that they are not yet, or never will be: then they are sent again. */
  const acknowledged = async (parcels: readonly Parcel[], id: number, { client, secret: token, signal }: Exchange): Promise<Settled> => {
    const body = Buffer.from(JSON.stringify({ acks: [id] }))
    const deadline = performance.now() + settings.acknowledge_timeout
    for (let pause = FIRST_PAUSE; performance.now() < deadline; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      await sleep(Math.min(pause, deadline - performance.now()), undefined, { signal }).catch(() => {})
      const answer = await client.request({ path: `/services/collector/ack?channel=${channel}`, headers: headersOf(token), body, secret: token }, signal)
      const verdict = judgeCollector(answer, host)
      if (verdict.kind === 'split') return { kind: 'hold', reason: verdict.reason }
      if (verdict.kind !== 'taken') return verdict
      const acks = parseObject(verdict.body)?.['acks'] as Record<string, unknown> | undefined
      if (acks?.[String(id)] === true) return taken(parcels)
    }
    return { kind: 'retry', reason: `${host}: events were not indexed within ${settings.acknowledge_timeout / 1000} s` }
  }

  return createHttpDestination({
    settings,
    secret,
    limits: { records: Infinity, bytes: Infinity, envelope: 0, perRecord: 1 },
    judge: (answer, _, parcels) => judgeEvents(answer, host, parcels, settings.acknowledge),
    request: (parcels, token) => ({ path: '/services/collector/event', headers: headersOf(token), body: join(parcels, '', '\n', '\n') }),
    accept(body, parcels, exchange) {
      const answer = parseObject(body)
      if (answer === undefined) return notUnderstood(host, body)
      const code = answer['code']
      // 6 and 12, 13, 15 never come with 200; 24 and 25 say that it is filling up, and that these events were taken.
      if (code !== 0 && code !== 24 && code !== 25) return notUnderstood(host, body)
      if (!settings.acknowledge) return taken(parcels)
      const id = answer['ackId']
      if (typeof id !== 'number') return { kind: 'hold', reason: `${host}: the token has no indexer acknowledgement; switch it on, or set acknowledge: false` }
      return acknowledged(parcels, id, exchange)
    },
  })
}

/** The common table, with what the collector's own codes say more exactly. */
function judgeCollector(answer: HttpAnswer, host: string): Verdict {
  const verdict = judge(answer, host)
  if (answer.kind === 'failed' || verdict.kind !== 'split') return verdict
  const code = parseObject(answer.body)?.['code']
  return typeof code === 'number' && FOR_A_PERSON.has(code) ? { kind: 'hold', reason: verdict.reason } : verdict
}

/**
 * The collector takes events one after the other. Where it stops it says at which, counted from 0: those before are indexed, that one
 * and those behind are not (moby/moby#35862, open-telemetry/opentelemetry-collector-contrib#36113).
 */
function judgeEvents(answer: HttpAnswer, host: string, parcels: readonly Parcel[], acknowledge: boolean): Verdict | Settled {
  const verdict = judgeCollector(answer, host)
  const stopped = answer.kind === 'answered' ? parseObject(answer.body)?.['invalid-event-number'] : undefined
  if (typeof stopped !== 'number' || !Number.isInteger(stopped) || stopped < 0 || stopped >= parcels.length) return verdict
  if (verdict.kind === 'split') {
    // An error brings no id to ask for: whether those before it are indexed cannot be known.
    if (acknowledge) return { ...verdict, culprit: stopped }
    return { kind: 'delivered', count: stopped + 1, rejected: [{ index: stopped, reason: verdict.reason, status: verdict.status }] }
  }
  if (verdict.kind !== 'retry' || stopped === 0 || acknowledge) return verdict
  const indexes = [...parcels.keys()].slice(stopped)
  return { kind: 'delivered', count: parcels.length, rejected: [], again: { indexes, fault: verdict } }
}
