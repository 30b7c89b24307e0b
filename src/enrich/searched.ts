import type { Field } from '../fields/declare.ts'
import { allFields, F } from '../fields/index.ts'
import { related } from './related.ts'

/**
 * Fields whose values are words of our own, of the device or of the configuration: a user who is called `smb` or `ok` must not change
 * them. All others are searched for what is hidden, also those that will be declared later.
 */
const VOCABULARY =
  /^(?:@timestamp|tags|ecs\..*|event\.(?:kind|category|type|action|outcome|id|module|dataset|provider|created|timezone)|error\.code|labels\..*|observer\.(?:vendor|product|type|geo\..*)|device\..*|network\..*|user\.roles|source\.(?:geo|as)\..*|file\.(?:type|inode|size|mtime|ctime)|log\.syslog\.(?:priority|version|facility\..*|severity\..*)|qumulo\.(?:node\.id|audit\.(?:operation|status|protocol|protocol_version|object|change|user\.kind|file_id|snapshot\.id|\w+_exact))|qnap\.nas\.(?:action|action_result|connection_type|service|(?:application|category|message)_id)|naslog\.(?:envelope|parser|problems|rules|dropped_by|duplicate_of|source\..*|file\.(?:kind|sensitivity)))$/

/** The fields that are searched for what is hidden elsewhere. */
export const searchedFields: readonly Field[] = allFields.filter(({ name }) => !VOCABULARY.test(name))

/** Fields that hold the text of the line as it came, in which a name may stand in another form (`\u00e9`, `""`, `#011`). */
export const RAW_FIELDS: readonly Field[] = [F['event.original'], F['naslog.decoded_path'], F['qnap.nas.extra_data']]

/** Free text of a line whose names could not be found. */
export const UNPARSED_FIELDS: readonly Field[] = [F['event.original'], F.message, F['error.message'], F['log.syslog.structured_data']]

/** What is made of a field, or says the same in another form, shares its fate where no rule names it. */
export const FOLLOWERS: ReadonlyMap<Field, readonly Field[]> = new Map<Field, readonly Field[]>([
  [F['source.ip'], [F['source.address']]],
  [
    F['file.path'],
    [F['file.name'], F['file.directory'], F['file.fork_name'], F['file.target_path'], F['qnap.nas.file.path'], F['qnap.nas.file.new_path'], F['qumulo.audit.target_path'], F['qumulo.audit.snapshot.path']],
  ],
  [F['user.id'], [F['qumulo.audit.user.sid'], F['qumulo.audit.user.auth_id']]],
  [F['host.name'], [F['host.hostname'], F['log.syslog.hostname'], F['observer.name'], F['qumulo.cluster.name'], F['qnap.nas.source']]],
])

/**
 * Texts, the fields that hold nothing but what was cut out of them (file-path.ts) or words of the configuration (paths.ts), and those
 * that mostly say the same.
 */
export const WHOLES: readonly { readonly field: Field; readonly cuts: readonly Field[]; readonly twins: readonly Field[] }[] = [
  { field: F['file.path'], cuts: [F['file.name'], F['file.directory'], F['file.extension'], F['naslog.file.share']], twins: [F['qnap.nas.file.path']] },
  { field: F['host.name'], cuts: [], twins: [F['host.hostname'], F['log.syslog.hostname'], F['qnap.nas.source']] },
  { field: F['process.name'], cuts: [], twins: [F['log.syslog.appname']] },
]

/** What is gathered from other fields (related.ts). */
export const GATHERED: readonly Field[] = related.sets

/** A rule that hides one of these hides accounts. */
export const ACCOUNT_FIELDS: readonly Field[] = [F['user.name'], F['user.id'], F['user.target.name']]

/** Objects of the line that may name other accounts than the one that did it: owners, and who is in an access list. */
export const ACCOUNT_OBJECTS: readonly Field[] = [F['qumulo.audit.before'], F['qumulo.audit.after'], F['qumulo.audit.unmapped']]

/** Free text, or the line itself: no name that could be looked for elsewhere. */
export function isFreeText(field: Field): boolean {
  return RAW_FIELDS.includes(field) || field.type === 'match_only_text'
}
