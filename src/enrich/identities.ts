import { identityRow, type IdentityRow } from '../config/enrichment.ts'
import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import { toBytes, type ByteString } from '../lib/bytes.ts'
import { splitAccount, type Account } from '../parsers/account.ts'
import { watchTable } from './table.ts'

/** The names of accounts of which a line tells the number alone, by a table. */
export interface Identities {
  accountOf(event: Event): Account | undefined
  refresh(): readonly string[]
}

/** What an id is, as in `qumulo.audit.user.kind`: 500 is one account as a uid and another as an auth id. */
type Kind = NonNullable<IdentityRow['kind']>
type Names = Readonly<Record<Kind, ReadonlyMap<ByteString, Account>>>

/** Reads the table; without one there are no names. Throws a ConfigurationError. */
export function createIdentities(file: string | undefined): Identities {
  const names = watchTable({ file, entries: [] }, identityRow, [], compileNames)
  return { accountOf: (event) => accountOf(event, names.current), refresh: () => names.refresh() }
}

function compileNames(rows: readonly IdentityRow[]): Names {
  const names = { sid: new Map<ByteString, Account>(), uid: new Map<ByteString, Account>(), auth_id: new Map<ByteString, Account>() }
  for (const row of rows) {
    const account = row.domain === undefined ? splitAccount(toBytes(row.name)) : { name: toBytes(row.name), domain: toBytes(row.domain) }
    for (const kind of kindsOf(row)) if (!names[kind].has(row.id)) names[kind].set(row.id, account)
  }
  return names
}

/** A number that says no more may be either. */
function kindsOf({ id, kind }: IdentityRow): readonly Kind[] {
  if (kind !== undefined) return [kind]
  return id.startsWith('S-') ? ['sid'] : ['uid', 'auth_id']
}

/** By what the line says of the id; a line of JSON may have a SID and an auth id. */
function accountOf(event: Event, names: Names): Account | undefined {
  const id = event.get(F['user.id'])
  if (id === undefined) return undefined
  const kind = event.get(F['qumulo.audit.user.kind'])
  const authId = event.get(F['qumulo.audit.user.auth_id'])
  const found = kind === 'uid' ? names.uid.get(id) : kind === 'auth_id' ? names.auth_id.get(id) : names.sid.get(id)
  return found ?? (authId === undefined ? undefined : names.auth_id.get(authId))
}
