import { lowerAscii, type ByteString } from '../../lib/bytes.ts'
import { Words } from '../../lib/words.ts'

/** What an action means in ECS. */
export interface Action {
  /** event.action. */
  readonly name: string
  readonly category?: readonly string[]
  readonly type?: readonly string[]
  /** Outcome that the action's own text states: `Login Fail`. */
  readonly outcome?: 'success' | 'failure'
  /** For an action that claims success: its name where the line says that it failed. */
  readonly failed?: string
  /** For an action that claims success: its name where the line should give a result and does not. */
  readonly untold?: string
}

const access = { category: ['file'], type: ['access'] }
const change = { category: ['file'], type: ['change'] }
const creation = { category: ['file'], type: ['creation'] }
const deletion = { category: ['file'], type: ['deletion'] }
const login = { category: ['authentication'], type: ['start'] }
const mount = { category: ['session'], type: ['start'] }
const failure = { outcome: 'failure' } as const
const success = { outcome: 'success' } as const

/**
 * Actions by their RFC 5424 code. Codes: QuLog Center's own `app.js` (2021, by Daedaluz/qulog2loki); 256, 512 and 1024 were
 * confirmed on real lines. They pass 2^31, so that they are compared as text.
 */
const actionByCode = new Map<string, Action>([
  ['1', { name: 'delete', ...deletion }],
  ['2', { name: 'read', ...access }],
  ['4', { name: 'write', ...change }],
  ['8', { name: 'open', ...access }],
  ['16', { name: 'create-directory', ...creation }],
  ['32', { name: 'mount', ...mount, ...success, failed: 'mount-fail', untold: 'mount' }],
  ['64', { name: 'mount-fail', ...mount, ...failure }],
  ['128', { name: 'rename', ...change }],
  ['256', { name: 'login-fail', ...login, ...failure }],
  ['512', { name: 'login-success', ...login, ...success, failed: 'login-fail', untold: 'login' }],
  ['1024', { name: 'logout', category: ['authentication'], type: ['end'] }],
  ['2048', { name: 'unmount', category: ['session'], type: ['end'] }],
  ['4096', { name: 'copy', ...creation }],
  ['8192', { name: 'move', ...change }],
  ['16384', { name: 'add', ...creation }],
  ['32768', { name: 'auth-fail', ...login, ...failure }],
  ['65536', { name: 'auth-success', ...login, ...success, failed: 'auth-fail', untold: 'auth' }],
  ['131072', { name: 'recover-from-trash', ...creation }],
  ['262144', { name: 'add-transcode', ...creation }],
  ['524288', { name: 'delete-transcode', ...deletion }],
  ['1048576', { name: 'update-transcode', ...change }],
  ['2097152', { name: 'watermark', ...change }],
  ['4194304', { name: 'rotate', ...change }],
  ['8388608', { name: 'add-thumbnail', ...creation }],
  ['16777216', { name: 'add-filing', category: ['configuration'], type: ['creation'] }],
  ['33554432', { name: 'update-filing', category: ['configuration'], type: ['change'] }],
  ['67108864', { name: 'delete-filing', category: ['configuration'], type: ['deletion'] }],
  ['134217728', { name: 'pause-filing' }],
  ['268435456', { name: 'stop-filing' }],
  ['536870912', { name: 'eject' }],
  ['1073741824', { name: 'encrypt', ...change }],
  ['2147483648', { name: 'decrypt', ...change }],
  ['4294967296', { name: 'create-share-link', category: ['file'], type: ['info'] }],
  ['8589934592', { name: 'compress', ...creation }],
  ['17179869184', { name: 'extract', ...creation }],
  ['34359738368', { name: 'cloud-convert', ...creation }],
])

/** event.type of an action that fits no other, as in Elastic's package. */
export const UNTYPED: readonly string[] = ['info']

/** The code of an action that QuLog Center does not know. */
export const UNKNOWN_ACTION = '0'

/** Every action of the table. */
export const knownActions: readonly Action[] = [...actionByCode.values()]

const actionByName = new Map(knownActions.map((action) => [action.name, action]))

/** Spellings that differ from the name: `Login OK` of QTS 4.2 and of some QuLog lines, `MakeDir` of QTS 4.2. */
const aliases: readonly (readonly [spelling: string, name: string])[] = [
  ['login-ok', 'login-success'],
  ['login-failed', 'login-fail'],
  ['makedir', 'create-directory'],
  ['mkdir', 'create-directory'],
  ['mount-ok', 'mount'],
  ['umount', 'unmount'],
  ['auth-ok', 'auth-success'],
  ['trash-recovery', 'recover-from-trash'],
]
for (const [spelling, name] of aliases) {
  const action = actionByName.get(name)
  if (action !== undefined) actionByName.set(spelling, action)
}

/** The usual texts as written, so that most lines need no spelling out. */
const actionByText = new Words(
  ['Read', 'Write', 'Add', 'Delete', 'Rename', 'Move', 'Copy', 'Open', 'Create Directory', 'MakeDir', 'Login OK',
    'Login Success', 'Login Fail', 'Logout'].map((text) => [text, actionByName.get(spell(text))] as const),
)

/** The words of an action. Anything else in its place is no action but the rest of a line that was cut inside a name. */
const ACTION_WORDS = /^[A-Za-z][A-Za-z0-9 _-]{0,39}$/

/** The action of a text; `known` is false for one that is not in the table. `undefined` if the text cannot be an action. */
export function actionOfText(text: ByteString): { readonly action: Action; readonly known: boolean } | undefined {
  const usual = actionByText.get(text)
  if (usual !== undefined) return { action: usual, known: true }
  if (!ACTION_WORDS.test(text)) return undefined
  const name = spell(text)
  const action = actionByName.get(name)
  return action === undefined ? { action: { name }, known: false } : { action, known: true }
}

/** True for the beginning of a known action: what is left of it where the line was cut. */
export function isCutAction(text: ByteString): boolean {
  const beginning = spell(text)
  for (const name of actionByName.keys()) if (name.startsWith(beginning)) return true
  return false
}

/** The action of an RFC 5424 code. */
export function actionOfCode(code: ByteString): Action | undefined {
  return actionByCode.get(code)
}

/** `Create Directory` as `create-directory`, the spelling of Elastic's package. */
function spell(text: ByteString): string {
  return lowerAscii(text).replaceAll('the ', '').replaceAll(' ', '-')
}
