import * as z from 'zod'
import { allFields } from '../../fields/index.ts'
import { absolutePath, duration, size } from '../delivery.ts'
import { filter, privacy } from '../enrichment.ts'
import { expected } from '../expected.ts'

/** Keys that several types of destinations have. Each type spreads what it takes into its own object. */

const aName = expected('a name of letters, digits, `-` and `_`, at most 64')
const fieldNames: ReadonlySet<string> = new Set(allFields.map(({ name }) => name))
const aField = expected('the name of a field (docs/fields.md)', () => [...fieldNames])
const someFields = expected('a list of field names')

// Made once: there are many types, and to make a schema takes longer than to use it.
const shared = {
  name: z
    .string(aName)
    .regex(/^[A-Za-z0-9][\w-]{0,63}$/, aName)
    .meta({ title: 'name', description: 'its name in messages, counters and the journal: with another name it is another destination' }),
  where: filter.optional().meta({ title: 'filter', description: 'only the events that meet it; all by default' }),
  fields: z
    .array(z.string(aField).refine((name) => fieldNames.has(name), aField), someFields)
    .min(1, someFields)
    .optional()
    .meta({ title: 'list of field names', description: 'as the key `fields` of the file, for this destination' }),
  privacy: privacy.meta({ description: 'as the key `privacy` of the file, for this destination alone: it hides what that one has left' }),
}
const lingers = { '200ms': linger('200ms'), '1s': linger('1s') }

function linger(fallback: string) {
  return duration(fallback, '0s', '1m', 'how long a record may wait for others to go with it')
}

/** What every destination has. `linger` is how long a record may wait for others, by default. */
export function commonKeys(linger: keyof typeof lingers) {
  return { ...shared, linger: lingers[linger] }
}

/** Of destinations that take the record as ECS JSON. */
export const formatKey = {
  format: z.enum(['ecs', 'flat'], expected('ecs or flat')).optional().meta({ description: 'as the key `format` of the file, for this destination' }),
}

const anInFlight = expected('a whole number from 1 to 16')
const inFlight = z
  .int(anInFlight)
  .min(1, anInFlight)
  .max(16, anInFlight)
  .default(1)
  .meta({ title: 'number', description: 'how many requests are under way at once; with more than one, records do not arrive in order' })

/** How many records, and how many bytes of them, go into one request at most. */
export function batchKeys(records: number, most: number, bytes: string, mostBytes: string) {
  const aCount = expected(`a whole number from 1 to ${most}`)
  return {
    batch: z
      .strictObject(
        {
          records: z.int(aCount).min(1, aCount).max(most, aCount).default(records).meta({ title: 'number', description: 'most records of one request' }),
          bytes: size(bytes, '1kB', 'most bytes of one request, before it is compressed', mostBytes),
        },
        expected('a mapping with the keys `records` and `bytes`'),
      )
      .prefault({})
      .meta({ description: 'how much goes into one request' }),
    in_flight: inFlight,
  }
}

const aVariable = expected('the name of a variable of the environment such as NASLOG_TOKEN')
const variable = z.string(aVariable).regex(/^[A-Za-z_]\w{0,127}$/, aVariable)

/** A secret is named, never written: by the file or by the variable that holds it. */
const place = {
  file: (what: string) => absolutePath.optional().meta({ title: 'absolute path', description: `file with ${what}, readable by naslog alone; a new one counts at once` }),
  env: (what: string) => variable.optional().meta({ title: 'name', description: `variable of the environment with ${what}` }),
}

export function tokenKeys(what: string) {
  return { token_file: place.file(what), token_env: place.env(what) }
}

const aUser = expected('a name without `:` and control characters')
export const userKeys = {
  user: z.string(aUser).regex(/^[^:\p{Cc}]+$/u, aUser).optional().meta({ title: 'text', description: 'name for basic authentication' }),
  password_file: place.file('its password'),
  password_env: place.env('its password'),
}

interface TokenSettings {
  readonly token_file?: string | undefined
  readonly token_env?: string | undefined
}
interface UserSettings {
  readonly user?: string | undefined
  readonly password_file?: string | undefined
  readonly password_env?: string | undefined
}

/** True if the token stands in one place. */
export function hasToken({ token_file, token_env }: TokenSettings): boolean {
  return (token_file === undefined) !== (token_env === undefined)
}

/** True if there is at most one secret, and a password for a user and only for a user. */
export function hasOneSecret(settings: TokenSettings & UserSettings): boolean {
  const { token_file, token_env, user, password_file, password_env } = settings
  const secrets = [token_file, token_env, password_file, password_env].filter((each) => each !== undefined).length
  return secrets <= 1 && (user !== undefined) === (password_file !== undefined || password_env !== undefined)
}

export const needsToken = expected('the secret in one place: `token_file:` or `token_env:`')
export const needsOneSecret = expected('one secret: `token_file:`, `token_env:`, or `user:` with `password_file:` or `password_env:`')

/** One text for all records, or one for each vendor; `other` is for what is missing and for lines that no vendor claims. */
export function byVendor(schema: z.ZodType<string, string>, what: string) {
  const error = expected(`${what}, or a mapping with the keys \`qnap\`, \`qumulo\` and \`other\``)
  return z.union([schema, z.strictObject({ qnap: schema.optional(), qumulo: schema.optional(), other: schema })], error)
}

export type ByVendor = z.output<ReturnType<typeof byVendor>>
