import { copyOf, type ByteString } from '../../lib/bytes.ts'
import { Words } from '../../lib/words.ts'
import { ACTIONS, CLASSES, FILE_OPERATIONS, type Change, type ObjectType } from './operation-table.ts'

/** What an audit operation is, in ECS terms and in those of the guide for Varonis. */
export interface Operation {
  /** As written. The table's own text where it has it: what is the same text in every line is found faster by the encoder (encode/run.ts). */
  readonly name: ByteString
  /** event.action; where `failedAction` is given, only of an operation that succeeded. */
  readonly action: string
  readonly failedAction: string | undefined
  /** event.category */
  readonly category: readonly string[]
  /** event.type */
  readonly type: readonly string[]
  /** True if the record's path is that of a file or directory, false if it is the name of something else (export, share). */
  readonly onFile: boolean
  /** What kind of object the path must be, by the operation alone. */
  readonly object: ObjectType | undefined
  readonly change: Change | undefined
  /** True for `begin_...`: written before an operation that will cut the stream, so its outcome is not known. */
  readonly begins: boolean
  /** False where the operation is not in the table. */
  readonly known: boolean
}

const BEGIN = 'begin_'

const known = new Words(
  CLASSES.flatMap(([category, type, names]) => names.split(' ').map(copyOf).map((name) => [name, operation(name, [category], type, true)] as const)),
)

/** Stands for the operation of a record that was cut before it: a path can only be that of a file. */
export const NO_OPERATION: Operation = {
  name: '',
  action: '',
  failedAction: undefined,
  category: [],
  type: [],
  onFile: true,
  object: undefined,
  change: undefined,
  begins: false,
  known: true,
}

/** Classifies an operation, with or without `begin_`; one that is not in the table by its name. */
export function operationOf(name: ByteString): Operation {
  const found = known.get(name)
  if (found !== undefined) return found
  if (!name.startsWith(BEGIN)) return guess(name)
  const begun = name.slice(BEGIN.length)
  return { ...(known.get(begun) ?? guess(begun)), name, begins: true }
}

/** True for an operation of the table. */
export function isKnownOperation(name: ByteString): boolean {
  return known.get(name.startsWith(BEGIN) ? name.slice(BEGIN.length) : name) !== undefined
}

function operation(name: string, category: readonly string[], type: readonly string[], isKnown: boolean): Operation {
  const file = FILE_OPERATIONS.get(name)
  const [action, failedAction] = ACTIONS.get(name) ?? [name]
  return {
    name,
    action,
    failedAction,
    category: Object.freeze(category),
    type: Object.freeze(type),
    onFile: file !== undefined || (category[0] === 'file' && !isKnown),
    object: file?.object,
    change: file?.change,
    begins: false,
    known: isKnown,
  }
}

/** Categories of unknown operations by the first word of their name. */
const CATEGORY_BY_PREFIX: ReadonlyMap<string, string> = new Map([
  ['fs', 'file'],
  ['tree', 'file'],
  ['auth', 'iam'],
  ['identity', 'iam'],
  ['node', 'host'],
  ['reboot', 'host'],
  ['shutdown', 'host'],
])

const TYPE_BY_VERB: ReadonlyMap<string, string> = new Map([
  ...['create', 'add', 'generate', 'install', 'join'].map((verb) => [verb, 'creation'] as const),
  ...['delete', 'remove', 'leave'].map((verb) => [verb, 'deletion'] as const),
  ...['get', 'list', 'read', 'open', 'calculate', 'explain', 'resolve'].map((verb) => [verb, 'access'] as const),
])

/** Vendor codes change between releases: an unknown operation is classified by the first word and the verb of its name. */
function guess(name: ByteString): Operation {
  // The names are short; whatever else stands there is not worth splitting.
  const words = name.slice(0, 128).split('_')
  if (words.at(-1) === 'login') return { ...operation(name, ['authentication'], ['start'], false), onFile: false }
  const category = CATEGORY_BY_PREFIX.get(words[0] as string) ?? 'configuration'
  const verb = words.find((word) => TYPE_BY_VERB.has(word))
  const type = (verb === undefined ? undefined : TYPE_BY_VERB.get(verb)) ?? 'change'
  if (category === 'iam') return operation(name, ['iam'], ['user', type === 'access' ? 'info' : type], false)
  if (category === 'host') return operation(name, ['host'], [type === 'access' ? 'access' : 'change'], false)
  return operation(name, [category], [type], false)
}
