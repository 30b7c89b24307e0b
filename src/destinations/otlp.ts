import type { SettingsOf } from '../config/destinations/index.ts'
import { encodeAttributes } from '../encode/otlp.ts'
import { authorizationOf } from './authorization.ts'
import type { Destination } from './destination.ts'
import type { HttpAnswer } from './http-client.ts'
import { createHttpDestination, join, taken } from './http-destination.ts'
import { parseObject } from './json-answer.ts'
import { judge, shorten, type Verdict } from './outcome.ts'
import type { Secret } from './secret.ts'

/**
 * An OpenTelemetry collector, by OTLP/HTTP with JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp). Records are log records
 * (encode/otlp.ts); all of a request stand in one envelope: two envelopes one behind the other are no JSON.
 */
export function createOtlpDestination(settings: SettingsOf<'otlp'>, secret: Secret | undefined): Destination {
  const before = `{"resourceLogs":[{"resource":{"attributes":${encodeAttributes(settings.resource)}},"scopeLogs":[{"scope":{"name":"naslog"},"logRecords":[`
  const behind = ']}]}]}'
  return createHttpDestination({
    settings,
    secret,
    limits: { records: Infinity, bytes: 64 * 1024 * 1024, envelope: before.length + behind.length, perRecord: 1 },
    judge: judgeCollector,
    request: (parcels, token) => ({
      path: '/v1/logs',
      headers: { 'content-type': 'application/json', ...settings.headers, ...authorizationOf(settings.user, token) },
      body: join(parcels, before, ',', behind),
    }),
    accept(body, parcels) {
      const partial = parseObject(body)?.['partialSuccess'] as { rejectedLogRecords?: unknown; errorMessage?: unknown } | undefined
      const count = Math.min(Number(partial?.rejectedLogRecords ?? 0), parcels.length)
      if (!(count > 0)) return taken(parcels)
      const reason = `${count} of ${parcels.length} records were refused, it is not known which: ${shorten(String(partial?.errorMessage ?? ''))}`
      return { ...taken(parcels), doubtful: { count, reason } }
    },
  })
}

/**
 * The common table but for one row: 500 must not be repeated as 429, 502, 503 and 504 may. It is no word on the records either, so they
 * are held.
 */
function judgeCollector(answer: HttpAnswer, host: string): Verdict {
  const verdict = judge(answer, host)
  const repeatable = answer.kind === 'failed' || answer.status < 500 || [502, 503, 504].includes(answer.status)
  return verdict.kind === 'retry' && !repeatable ? { kind: 'hold', reason: verdict.reason } : verdict
}
