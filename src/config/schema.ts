import * as z from 'zod'
import { options } from '../cli/declarations.ts'
import { allFields } from '../fields/index.ts'
import { deadLetters, health, journal, omprog } from './delivery.ts'
import { destinations } from './destinations/index.ts'
import { enrichmentSections } from './enrichment.ts'
import { expected } from './expected.ts'
import { zone } from './zone.ts'

/**
 * The configuration file: what each key takes, and what is expected where something else stands.
 *
 * One section per concern, each in its own object. A key is optional, has a `description`, and every schema carries
 * `expected(...)`, the noun phrase of its errors. A key that has an option takes its description from the option's declaration.
 */

const aMatch = expected('a host name, an address, or a pattern with * and ?')
const device = z
  .strictObject(
    {
      match: z
        .string(aMatch)
        .regex(/^[^\s\p{Cc}]+$/u, aMatch)
        .meta({ description: 'host name in the syslog header, or address of the sender; `*` is any text, `?` any character' }),
      zone: zone.meta({ title: 'time zone', description: 'the zone of its clock' }),
    },
    expected('`match:` and `zone:`'),
  )

const timezone = z
  .strictObject(
    {
      default: zone.optional().meta({ title: 'time zone', description: options.timezone.description }),
      devices: z
        .array(device, expected('a list of `match:` and `zone:`'))
        .default([])
        .meta({ description: 'devices with a zone of their own; the first that matches counts' }),
    },
    expected('a mapping with the keys `default` and `devices`'),
  )
  .prefault({})
  .meta({ description: 'how to read times that name no zone' })

const fieldNames: ReadonlySet<string> = new Set(allFields.map(({ name }) => name))
const aField = expected('the name of a field (docs/fields.md)', () => [...fieldNames])
const someFields = expected('a list of field names')
const fields = z
  .array(z.string(aField).refine((name) => fieldNames.has(name), aField), someFields)
  .min(1, someFields)
  .optional()
  .meta({ title: 'list of field names', description: options.fields.description })

const format = z.enum(['ecs', 'flat'], expected('ecs or flat')).default('ecs').meta({ description: options.format.description })

const keepOriginal = z
  .boolean(expected('true or false'))
  .default(false)
  .meta({ description: options['keep-original'].description })

export const configuration = z.strictObject(
  { timezone, format, fields, keep_original: keepOriginal, ...enrichmentSections, omprog, journal, destinations, dead_letters: deadLetters, health },
  expected('a mapping of keys to values'),
)

/** The configuration with every default in its place. */
export type Configuration = z.output<typeof configuration>
