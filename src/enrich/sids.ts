/** What an account id of the system says. */
export interface KnownAccount {
  readonly name?: string
  readonly domain?: string
  readonly role?: 'administrator' | 'system' | 'guest'
}

const authority = 'NT AUTHORITY'
const builtin = 'BUILTIN'

/** Well-known SIDs (https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers). */
const SIDS: ReadonlyMap<string, KnownAccount> = new Map<string, KnownAccount>([
  ['S-1-0-0', { name: 'Nobody' }],
  ['S-1-1-0', { name: 'Everyone' }],
  ['S-1-3-0', { name: 'CREATOR OWNER' }],
  ['S-1-3-1', { name: 'CREATOR GROUP' }],
  ['S-1-5-2', { name: 'NETWORK', domain: authority }],
  ['S-1-5-4', { name: 'INTERACTIVE', domain: authority }],
  ['S-1-5-6', { name: 'SERVICE', domain: authority }],
  ['S-1-5-7', { name: 'ANONYMOUS LOGON', domain: authority, role: 'guest' }],
  ['S-1-5-9', { name: 'ENTERPRISE DOMAIN CONTROLLERS', domain: authority }],
  ['S-1-5-10', { name: 'SELF', domain: authority }],
  ['S-1-5-11', { name: 'Authenticated Users', domain: authority }],
  ['S-1-5-18', { name: 'SYSTEM', domain: authority, role: 'system' }],
  ['S-1-5-19', { name: 'LOCAL SERVICE', domain: authority, role: 'system' }],
  ['S-1-5-20', { name: 'NETWORK SERVICE', domain: authority, role: 'system' }],
  ['S-1-5-32-544', { name: 'Administrators', domain: builtin, role: 'administrator' }],
  ['S-1-5-32-545', { name: 'Users', domain: builtin }],
  ['S-1-5-32-546', { name: 'Guests', domain: builtin, role: 'guest' }],
  ['S-1-5-32-547', { name: 'Power Users', domain: builtin }],
  ['S-1-5-32-548', { name: 'Account Operators', domain: builtin }],
  ['S-1-5-32-549', { name: 'Server Operators', domain: builtin }],
  ['S-1-5-32-550', { name: 'Print Operators', domain: builtin }],
  ['S-1-5-32-551', { name: 'Backup Operators', domain: builtin }],
])

/** The last number of a domain's SID for accounts that every domain has; they may have been given another name. */
const RELATIVE_IDS: ReadonlyMap<string, KnownAccount> = new Map<string, KnownAccount>([
  ['500', { role: 'administrator' }],
  ['501', { role: 'guest' }],
])

/** Accounts that every Qumulo cluster has, by auth id. */
const QUMULO_AUTH_IDS: ReadonlyMap<string, KnownAccount> = new Map<string, KnownAccount>([
  ['1', { name: 'system', role: 'system' }],
  ['500', { name: 'admin', role: 'administrator' }],
  ['501', { name: 'Guest', role: 'guest' }],
])

/** The account of a SID that is the same everywhere. */
export function accountOfSid(sid: string): KnownAccount | undefined {
  if (!sid.startsWith('S-1-')) return undefined
  return SIDS.get(sid) ?? (sid.startsWith('S-1-5-21-') ? RELATIVE_IDS.get(sid.slice(sid.lastIndexOf('-') + 1)) : undefined)
}

export function accountOfQumuloAuthId(id: string): KnownAccount | undefined {
  return QUMULO_AUTH_IDS.get(id)
}
