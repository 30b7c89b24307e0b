import type { Change } from './operation-table.ts'

/**
 * Tells from the metadata before and after an operation what was changed. One change of metadata may be several things;
 * `undefined` if nothing differs or one side is missing.
 *
 * The keys `owner`, `ctime` and `mtime` are documented. No public line shows an ACL; it is taken to be that of the REST
 * API v2 (`control[]`, `aces[]`), either directly or under `acl`.
 */
export function changesBetween(before: object | undefined, after: object | undefined): readonly Change[] | undefined {
  if (before === undefined || after === undefined) return undefined
  const changes: Change[] = []
  if (ownerDiffers(member(before, 'owner'), member(after, 'owner'))) changes.push('owner changed')

  const oldEntries = entriesOf(before)
  const newEntries = entriesOf(after)
  if (oldEntries !== undefined && newEntries !== undefined) {
    if (hasOther(newEntries, oldEntries)) changes.push('permissions added')
    if (hasOther(oldEntries, newEntries)) changes.push('permissions removed')
  }

  const wasProtected = isProtected(before)
  const nowProtected = isProtected(after)
  if (wasProtected === false && nowProtected === true) changes.push('protection added')
  if (wasProtected === true && nowProtected === false) changes.push('protection removed')

  if (changes.length === 0 && differs(before, after)) changes.push('attributes changed')
  return changes.length === 0 ? undefined : changes
}

/** The value of an object's own member. */
export function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

function ownerDiffers(before: unknown, after: unknown): boolean {
  return idDiffers(member(before, 'sid'), member(after, 'sid')) || idDiffers(member(before, 'auth_id'), member(after, 'auth_id'))
}

/** An id that only one side has says nothing. */
function idDiffers(before: unknown, after: unknown): boolean {
  return before !== undefined && after !== undefined && differs(before, after)
}

/** Whether two JSON values differ, whatever the order of their keys. For values of bounded depth. */
function differs(a: unknown, b: unknown): boolean {
  if (a === b) return false
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return true
  if (Array.isArray(a) !== Array.isArray(b)) return true
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return true
  return keys.some((key) => !Object.hasOwn(b, key) || differs(member(a, key), member(b, key)))
}

/** The access control entries, as a set of texts. */
function entriesOf(state: object): Set<string> | undefined {
  const entries = member(state, 'aces') ?? member(member(state, 'acl'), 'aces')
  return Array.isArray(entries) ? new Set(entries.map(canonical)) : undefined
}

/** Whether the ACL is protected from inheritance; `undefined` if the state does not say. */
function isProtected(state: object): boolean | undefined {
  const control = member(state, 'control') ?? member(member(state, 'acl'), 'control')
  return Array.isArray(control) ? control.includes('PROTECTED') : undefined
}

function hasOther(entries: Set<string>, others: Set<string>): boolean {
  for (const entry of entries) if (!others.has(entry)) return true
  return false
}

/** A text that is the same for the same JSON value, whatever the order of its keys. For values of bounded depth. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return '[' + value.map(canonical).join() + ']'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return '{' + members.map(([key, inner]) => JSON.stringify(key) + ':' + canonical(inner)).join() + '}'
}
