import * as z from 'zod'
import { allFields } from '../../fields/index.ts'
import { duration, size } from '../delivery.ts'
import { filter } from '../enrichment.ts'
import { expected } from '../expected.ts'

/** Keys that several types of destinations have. Each type spreads what it takes into its own object. */

const aName = expected('a name of letters, digits, `-` and `_`, at most 64')
const fieldNames: ReadonlySet<string> = new Set(allFields.map(({ name }) => name))
const aField = expected('the name of a field (docs/fields.md)', () => [...fieldNames])
const someFields = expected('a list of field names')

/** What every destination has. `linger` is how long a record may wait for others, by default. */
export function commonKeys(linger: string) {
  return {
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
    linger: duration(linger, '0s', '1m', 'how long a record may wait for others to go with it'),
  }
}

/** Of destinations that take the record as ECS JSON. */
export const formatKey = {
  format: z.enum(['ecs', 'flat'], expected('ecs or flat')).optional().meta({ description: 'as the key `format` of the file, for this destination' }),
}

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
    in_flight: z
      .int(expected('a whole number from 1 to 16'))
      .min(1, expected('a whole number from 1 to 16'))
      .max(16, expected('a whole number from 1 to 16'))
      .default(1)
      .meta({ title: 'number', description: 'how many requests are under way at once; with more than one, records do not arrive in order' }),
  }
}

const aVariable = expected('the name of a variable of the environment such as NASLOG_TOKEN')
/** A secret is named, never written: by the file or the variable that holds it. */
export function secretKeys<Key extends string>(key: Key, what: string) {
  const keys = {
    [`${key}_file`]: filePath.optional().meta({ title: 'absolute path', description: `file with ${what}, readable by naslog alone; it is read for every request` }),
    [`${key}_env`]: z
      .string(aVariable)
      .regex(/^[A-Za-z_]\w{0,127}$/, aVariable)
      .optional()
      .meta({ title: 'name', description: `or the variable of the environment that holds it` }),
  }
  return keys as Record<`${Key}_file`, typeof filePathOptional> & Record<`${Key}_env`, z.ZodOptional<z.ZodString>>
}

const aPath = expected('an absolute path')
const filePath = z.string(aPath).regex(/^\/[^\0\n]*$/, aPath)
const filePathOptional = filePath.optional()

/** One value for all, or one for each vendor and for `other`. */
export function byVendor<Schema extends z.ZodType<string, string>>(schema: Schema, fallback: string | undefined, what: string) {
  const each = z.strictObject({ qnap: schema.optional(), qumulo: schema.optional(), other: fallback === undefined ? schema.optional() : schema.default(fallback) })
  return z.union([schema, each], expected(`${what}, or a mapping with the keys \`qnap\`, \`qumulo\` and \`other\``))
}

/** Text for a vendor: of a setting made by `byVendor`. */
export type ByVendor = string | { readonly qnap?: string | undefined; readonly qumulo?: string | undefined; readonly other?: string | undefined }
