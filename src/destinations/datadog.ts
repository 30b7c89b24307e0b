import type { SettingsOf } from '../config/destinations/index.ts'
import type { Destination } from './destination.ts'
import { createHttpDestination, join, taken } from './http-destination.ts'
import type { Secret } from './secret.ts'

/**
 * Limits of https://docs.datadoghq.com/api/latest/logs/#send-logs: 1000 logs and 5 MB a request; a log beyond 1 MB would be cut
 * without a word, so it is rejected here.
 */
const LIMITS = { records: 1000, bytes: 5_000_000, recordBytes: 1_000_000, envelope: 2, perRecord: 1 }

/** Datadog Logs, API v2. Records are its log objects (encode/datadog.ts). */
export function createDatadogDestination(settings: SettingsOf<'datadog'>, secret: Secret): Destination {
  return createHttpDestination({
    settings: { ...settings, url: settings.url ?? `https://http-intake.logs.${settings.site}` },
    secret,
    limits: LIMITS,
    request: (parcels, key) => ({
      path: '/api/v2/logs',
      headers: { 'content-type': 'application/json', 'dd-api-key': key },
      body: join(parcels, '[', ',', ']'),
    }),
    accept: (_, parcels) => taken(parcels),
  })
}
