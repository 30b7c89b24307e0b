import * as z from 'zod'
import { absolutePath, duration } from '../delivery.ts'
import { expected } from '../expected.ts'

/** Keys of every destination that is reached over HTTP. */

/** A URL without what would be a secret or have no meaning. `query` is allowed where the server may want one. */
export function httpUrl(example: string, query = false) {
  const error = expected(`a URL such as ${example}, without user and password`)
  return z
    .string(error)
    .refine((text) => isPlainUrl(text, query), error)
    .meta({ title: 'URL' })
}

function isPlainUrl(text: string, query: boolean): boolean {
  if (!/^https?:\/\/[!-~]+$/.test(text) || !URL.canParse(text)) return false
  const { username, password, hash, search } = new URL(text)
  return username === '' && password === '' && hash === '' && !text.includes('#') && (query || (search === '' && !text.includes('?')))
}

const path = (description: string) => absolutePath.optional().meta({ title: 'absolute path', description })

export const tls = z
  .strictObject(
    {
      ca: path('authorities that alone are trusted (PEM); the usual ones by default'),
      cert: path('certificate of this machine, where the server wants one (PEM)'),
      key: path('its key (PEM)'),
    },
    expected('a mapping with the keys `ca`, `cert` and `key`'),
  )
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), expected('`cert:` and `key:` together'))
  .optional()
  .meta({ description: 'certificates; the one of the server is always verified' })

const aProxy = expected('the address of an HTTP proxy such as http://proxy.example.com:3128, without user and password')
const proxy = z
  .string(aProxy)
  .refine((text) => text.startsWith('http://') && isPlainUrl(text, false) && new URL(text).pathname === '/', aProxy)
  .optional()
  .meta({ title: 'URL', description: 'HTTP proxy to go through (CONNECT); none by default, whatever the environment says' })

const gzip = z.boolean(expected('true or false')).default(true).meta({ description: 'compress requests' })
const connectTimeout = duration('10s', '100ms', '5m', 'longest wait for a connection')

export function httpKeys(timeout: string) {
  return {
    tls,
    proxy,
    gzip,
    connect_timeout: connectTimeout,
    timeout: duration(timeout, '100ms', '10m', 'longest wait for an answer, with everything before it'),
  }
}

/** What the HTTP layer itself wants to know. */
export interface HttpSettings {
  readonly url: string
  readonly tls?: z.output<typeof tls>
  readonly proxy?: string | undefined
  readonly gzip: boolean
  /** In ms. */
  readonly connect_timeout: number
  readonly timeout: number
  readonly batch: { readonly records: number; readonly bytes: number }
  readonly in_flight: number
}
