import * as z from 'zod'
import { absolutePath, duration, size } from '../delivery.ts'
import { expected } from '../expected.ts'

/** Keys of destinations that take syslog messages over a connection of their own: syslog and relp. */

const aHost = expected('the name or address of a host')
const aPort = expected('a port from 1 to 65535')
const anAppName = expected('a name of at most 48 printable ASCII characters without blanks')
const aFormat = expected('ecs, flat, structured-data or cef')
const path = (description: string) => absolutePath.optional().meta({ title: 'absolute path', description })

const tls = z
  .strictObject(
    {
      ca: path('authorities that alone are trusted (PEM); the usual ones by default'),
      cert: path('certificate of this machine, where the server wants one (PEM)'),
      key: path('its key (PEM)'),
      server_name: z.string(aHost).regex(/^[\w.-]{1,253}$/, aHost).optional().meta({ title: 'name', description: 'name that must stand in the certificate of the server; `host` by default' }),
    },
    expected('a mapping with the keys `ca`, `cert`, `key` and `server_name`'),
  )
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), expected('`cert:` and `key:` together'))
  .transform(({ server_name: serverName, ...files }) => ({ ...files, serverName }))
  .optional()
  .meta({ description: 'speaks TLS, also where it is empty (`{}`); the certificate of the server is always verified' })

export const streamKeys = {
  host: z.string(aHost).regex(/^[\w.:-]{1,253}$/, aHost).meta({ title: 'name or address', description: 'the receiver' }),
  port: z.int(aPort).min(1, aPort).max(65_535, aPort).meta({ title: 'port', description: 'its TCP port' }),
  tls,
  format: z
    .enum(['ecs', 'flat', 'structured-data', 'cef'], aFormat)
    .optional()
    .meta({ description: 'what the messages say: JSON, the fields as structured data (RFC 5424), or CEF; as the key `format` of the file by default' }),
  app_name: z
    .string(anAppName)
    .regex(/^[!-~]{1,48}$/, anAppName)
    .optional()
    .meta({ title: 'name', description: 'APP-NAME of every message; that of the line by default' }),
  max_message_size: size('200kB', '480B', 'longest message that the receiver takes: a longer one would arrive cut, and becomes a dead letter instead'),
  timeout: duration('30s', '100ms', '10m', 'longest wait for a connection, for room to write, and for an answer'),
}
