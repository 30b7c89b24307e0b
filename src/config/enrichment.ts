import * as z from 'zod'
import { allFields } from '../fields/index.ts'
import { labelFields } from '../fields/labels.ts'
import { parseCidr } from '../lib/cidr.ts'
import { compileFilter } from '../rules/filter.ts'
import { FilterError } from '../rules/filter-error.ts'
import { absolutePath, duration } from './delivery.ts'
import { expected } from './expected.ts'
import { zone } from './zone.ts'

/** What is done to events beyond reading them: rules, tables, privacy. A section that is absent costs nothing. */

const aText = expected('a text without control characters')
const text = z.string(aText).regex(/^[^\p{Cc}]+$/u, aText)
const oneOrMore = (schema: z.ZodType<string, string>, what: string) =>
  z
    .union([schema, z.array(schema).min(1)], expected(what))
    .transform((value) => (typeof value === 'string' ? [value] : value))

/** A filter; the error names the column. */
export const filter = z
  .string(expected('a filter such as `event.action: delete`'))
  .superRefine((written, context) => {
    try {
      compileFilter(written)
    } catch (error) {
      if (!(error instanceof FilterError)) throw error
      context.addIssue({ code: 'custom', message: `column ${error.column}: ${error.message}` })
    }
  })
  .meta({ title: 'filter' })

const ruleNames = expected('rules with different names')
const anAction = expected(
  `\`drop\`, \`sample 1/100\`, or a mapping of \`tag:\` (a list) and \`set:\` (of ${labelFields.join(', ')})`,
)
const action = z
  .union(
    [
      z.literal('drop'),
      z.string().regex(/^sample 1\/[1-9]\d{0,8}$/, anAction).transform((written) => ({ sample: Number(written.slice('sample 1/'.length)) })),
      z
        .strictObject({
          tag: oneOrMore(text, 'a tag or a list of tags').optional().meta({ description: 'added to tags' }),
          set: z.strictObject(Object.fromEntries(labelFields.map((name) => [name, text.optional()]))).optional(),
        })
        .refine(({ tag, set }) => tag !== undefined || set !== undefined, anAction),
    ],
    anAction,
  )
  .meta({ title: '`drop`, `sample 1/N`, or `tag:` and `set:`' })

const rules = z
  .array(
    z.strictObject(
      {
        name: text.meta({ description: 'stands in `naslog.rules` of the lines that meet it, and in the count of what it drops' }),
        when: filter.meta({ title: 'filter', description: 'which lines meet it' }),
        do: action.meta({ title: '`drop`, `sample 1/N`, or `tag:` and `set:`', description: 'what becomes of them' }),
      },
      expected('`name:`, `when:` and `do:`'),
    ),
    expected('a list of `name:`, `when:` and `do:`'),
  )
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, ruleNames)
  .optional()
  .meta({ description: 'what becomes of lines, in this order' })

/** Where the rows of a table stand: in the configuration itself, ahead of those of a file. */
function table<Row extends z.ZodType>(row: Row, description: string, rowDescription: string) {
  return {
    file: absolutePath.optional().meta({ title: 'absolute path', description }),
    entries: z.array(row, expected('a list of mappings')).default([]).meta({ title: 'list of mappings', description: rowDescription }),
  }
}

const aMatch = expected('a host name, an address, or a pattern with * and ?, or a list of them')
const match = z.string(aMatch).regex(/^[^\s\p{Cc}]+$/u, aMatch)

export const deviceRow = z
  .strictObject(
    {
      match: oneOrMore(match, 'a host name, an address, or a pattern with * and ?, or a list of them')
        .optional()
        .meta({ title: 'text or list', description: 'host name in the syslog header, or address of the sender; `*` is any text, `?` any character' }),
      cluster: text.optional().meta({ description: 'name of a Qumulo cluster: its nodes are called `<cluster>-<number>`' }),
      name: text.optional().meta({ description: 'for observer.name' }),
      vendor: text.optional().meta({ description: 'for observer.vendor' }),
      model: text.optional().meta({ description: 'for device.model.name' }),
      site: text.optional().meta({ description: 'for observer.geo.name and labels.site' }),
      zone: zone.optional().meta({ title: 'time zone', description: 'the zone of its clock; `timezone.devices` goes before' }),
      environment: text.optional().meta({ description: 'for labels.environment' }),
      owner: text.optional().meta({ description: 'for labels.owner' }),
      tags: oneOrMore(text, 'a tag or a list of tags').optional().meta({ title: 'text or list', description: 'added to tags' }),
    },
    expected('a device: a mapping with `match:` or `cluster:`'),
  )
  .refine(({ match, cluster }) => match !== undefined || cluster !== undefined, expected('a device with `match:` or `cluster:`'))

const inventory = z
  .strictObject(
    table(deviceRow, 'table of the devices, YAML or CSV (docs/enrichment.md)', 'devices, ahead of those of the file; the first that matches counts'),
    expected('a mapping with the keys `file` and `entries`'),
  )
  .optional()
  .meta({ description: 'what is known of the devices that send' })

const aNetwork = expected('a network such as 10.0.0.0/8 whose bits behind the prefix are zero')
const cidr = z.string(aNetwork).refine((written) => parseCidr(written) !== undefined, aNetwork)

export const networkRow = z.strictObject(
  {
    cidr: oneOrMore(cidr, 'a network such as 10.0.0.0/8 whose bits behind the prefix are zero, or a list of them').meta({
      title: 'network or list',
      description: 'such as 10.0.0.0/8 or 2001:db8::/32',
    }),
    name: text.optional().meta({ description: 'for naslog.source.network' }),
    site: text.optional().meta({ description: 'for source.geo.name' }),
    zone: text.optional().meta({ description: 'security zone, for naslog.source.zone' }),
    trust: text.optional().meta({ description: 'for naslog.source.trust' }),
  },
  expected('a network: a mapping with `cidr:`'),
)

const networks = z
  .strictObject(
    table(networkRow, 'table of the networks, YAML or CSV (docs/enrichment.md)', 'networks; of those that hold an address the narrowest counts'),
    expected('a mapping with the keys `file` and `entries`'),
  )
  .optional()
  .meta({ description: 'what is known of the networks that clients come from' })

const aPattern = expected('a list of account names or patterns with * and ?, each perhaps as DOMAIN\\name')
const patterns = z.array(z.string(aPattern).regex(/^[^\p{Cc}]+$/u, aPattern), aPattern).default([])

const anId = expected('a SID such as S-1-5-21-1-2-3-1104, or a number')

export const identityRow = z.strictObject(
  {
    id: z.string(anId).regex(/^(?:S-1(?:-\d{1,20}){1,16}|\d{1,20})$/, anId).meta({ description: 'SID, uid or auth id of an account' }),
    name: text.meta({ description: 'for user.name; `DOMAIN\\name` is taken apart where there is no domain' }),
    domain: text.optional().meta({ description: 'for user.domain' }),
    kind: z.enum(['sid', 'uid', 'auth_id'], expected('sid, uid or auth_id')).optional().meta({ description: 'what a number is; either, if it is not told' }),
  },
  expected('an account: a mapping with `id:` and `name:`'),
)

const accounts = z
  .strictObject(
    {
      identities: absolutePath.optional().meta({ title: 'absolute path', description: 'table of the names of SIDs, uids and auth ids, YAML or CSV (docs/enrichment.md)' }),
      administrators: patterns.meta({ title: 'list of patterns', description: 'accounts with the role `administrator`' }),
      service: patterns.meta({ title: 'list of patterns', description: 'accounts with the role `service`' }),
    },
    expected('a mapping with the keys `identities`, `administrators` and `service`'),
  )
  .optional()
  .meta({ description: 'the names and roles of accounts, in user.name and user.roles' })

export const sharePath = z
  .string(expected('the path of a folder, such as /data/finance or FINANCE'))
  .regex(/^[^\p{Cc}]+$/u, expected('the path of a folder, such as /data/finance or FINANCE'))

export const shareRow = z.strictObject(
  {
    path: sharePath.meta({ description: 'the folder, as paths of the device begin' }),
    share: text.optional().meta({ description: 'for naslog.file.share' }),
    sensitivity: text.optional().meta({ description: 'for naslog.file.sensitivity' }),
  },
  expected('a folder: a mapping with `path:`'),
)

const paths = z
  .strictObject(
    table(shareRow, 'table of folders, YAML or CSV (docs/enrichment.md)', 'folders; of those that hold a file the innermost counts'),
    expected('a mapping with the keys `file` and `entries`'),
  )
  .optional()
  .meta({ description: 'what is known of folders, and what file names tell' })

const duplicates = z
  .strictObject(
    { window: duration('5s', '0s', '1h', 'how far apart, by the clock of the device, the two lines may be') },
    expected('a mapping with the key `window`'),
  )
  .optional()
  .meta({ description: 'mark the second of the two lines that a QNAP writes of one failed login' })

const aField = expected('the name of a field (docs/fields.md)', () => allFields.map(({ name }) => name))
const fieldName = z.string(aField).refine((name) => allFields.some((field) => field.name === name), aField)
const NOT_TEXT: ReadonlySet<string> = new Set(
  allFields.filter(({ type }) => !['keyword', 'wildcard', 'match_only_text', 'ip'].includes(type)).map(({ name }) => name),
)
const aTreatment = expected('keep, drop, pseudonymise, truncate or `truncate 3`')
const privateFields = expected('a list of field names')

export const privacy = z
  .strictObject(
    {
      key_file: absolutePath.optional().meta({ title: 'absolute path', description: 'file with the secret of the pseudonyms, at least 32 bytes; readable by naslog alone' }),
      rules: z
        .array(
          z.strictObject(
            {
              when: filter.optional().meta({ title: 'filter', description: 'which lines; all by default' }),
              fields: z.array(fieldName, privateFields).min(1, privateFields).meta({ title: 'list of field names', description: 'for these fields; the first rule that names a field decides' }),
              do: z
                .string(aTreatment)
                .regex(/^(?:keep|drop|pseudonymise|truncate(?: [1-9]\d?)?)$/, aTreatment)
                .meta({ title: '`keep`, `drop`, `pseudonymise` or `truncate N`', description: 'what becomes of the value: `truncate` is the /24 or /48 of an address, or the first N characters' }),
            },
            expected('`fields:` and `do:`'),
          ).refine(
            ({ fields, do: action }) => action === 'keep' || action === 'drop' || fields.every((name) => !NOT_TEXT.has(name)),
            expected('keep or drop for fields that are numbers, dates or objects'),
          ),
          expected('a list of `fields:` and `do:`'),
        )
        .min(1, expected('a list of `fields:` and `do:`'))
        .meta({ description: 'what becomes of values, in this order' }),
      unparsed: z
        .enum(['drop', 'keep'], expected('drop or keep'))
        .default('drop')
        .meta({ description: 'free text of lines that were not fully understood: names in it cannot be found' }),
    },
    expected('a mapping with the keys `key_file`, `rules` and `unparsed`'),
  )
  .refine(({ key_file, rules }) => key_file !== undefined || rules.every((rule) => rule.do !== 'pseudonymise'), expected('`key_file:` beside a rule that pseudonymises'))
  .optional()
  .meta({ description: 'hide what tells who it was; the last step before the record' })

const geoip = z
  .strictObject(
    {
      city: absolutePath.optional().meta({ title: 'absolute path', description: 'mmdb file with countries or cities (GeoLite2-City, DB-IP, ...)' }),
      asn: absolutePath.optional().meta({ title: 'absolute path', description: 'mmdb file with autonomous systems' }),
    },
    expected('a mapping with the keys `city` and `asn`'),
  )
  .optional()
  .meta({ description: 'where public addresses are' })

/** The sections of the configuration, by key. */
export const enrichmentSections = { rules, inventory, networks, geoip, accounts, paths, duplicates, privacy }

type Sections = typeof enrichmentSections
/** What is configured; a section that is not is absent. */
export type EnrichmentSettings = { readonly [K in keyof Sections]?: NonNullable<z.output<Sections[K]>> }

/** The sections that are there; `undefined` if none is. */
export function enrichmentOf(config: { readonly [K in keyof Sections]?: z.output<Sections[K]> }): EnrichmentSettings | undefined {
  const present = Object.keys(enrichmentSections).filter((key) => config[key as keyof Sections] !== undefined)
  if (present.length === 0) return undefined
  return Object.fromEntries(present.map((key) => [key, config[key as keyof Sections]])) as EnrichmentSettings
}

export type RuleSettings = NonNullable<EnrichmentSettings['rules']>[number]
export type PrivacySettings = NonNullable<EnrichmentSettings['privacy']>
export type DeviceRow = z.output<typeof deviceRow>
export type NetworkRow = z.output<typeof networkRow>
export type IdentityRow = z.output<typeof identityRow>
export type ShareRow = z.output<typeof shareRow>
