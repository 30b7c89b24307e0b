import type { SettingsOf } from '../config/destinations/index.ts'
import { authorizationOf } from './authorization.ts'
import type { Destination } from './destination.ts'
import { createHttpDestination, join, taken } from './http-destination.ts'
import type { Secret } from './secret.ts'

/** Any server that takes ECS JSON over HTTP; every 2xx says that it has all records of the request. */
export function createGenericHttpDestination(settings: SettingsOf<'http'>, secret: Secret | undefined): Destination {
  const lines = settings.body === 'ndjson'
  const contentType = lines ? 'application/x-ndjson' : 'application/json'
  return createHttpDestination({
    settings,
    secret,
    limits: { records: Infinity, bytes: Infinity, envelope: 2, perRecord: 1 },
    request: (parcels, token) => ({
      method: settings.method,
      path: '',
      headers: { 'content-type': contentType, ...settings.headers, ...authorizationOf(settings.user, token, settings.token_header) },
      body: lines ? join(parcels, '', '\n', '\n') : join(parcels, '[', ',', ']'),
    }),
    accept: (_, parcels) => taken(parcels),
  })
}
