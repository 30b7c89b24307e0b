import type { EnrichmentSettings } from '../config/enrichment.ts'
import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import { lowerAscii, toBytes, type ByteString } from '../lib/bytes.ts'
import { globMatches } from '../lib/glob.ts'
import { remember } from '../lib/remember.ts'
import type { Account } from '../parsers/account.ts'
import type { Enricher } from './enricher.ts'
import { createIdentities } from './identities.ts'
import { addressClass } from './networks.ts'
import { accountOfQumuloAuthId, accountOfSid, type KnownAccount } from './sids.ts'

/** Account names that are remembered with their roles. Names of failed logins are chosen by strangers. */
const REMEMBERED = 10_000

/** Names that stand for nobody in particular, in lower case. */
const GUESTS: ReadonlySet<string> = new Set(['guest', 'anonymous', 'nobody', 'anonymous logon'])

/** Who the accounts are. */
export interface Accounts {
  readonly enricher: Enricher
  refresh(): readonly string[]
}

/** Makes the stage that gives ids their names, and accounts their roles. Reads the table of ids; throws a ConfigurationError. */
export function createAccounts(settings: NonNullable<EnrichmentSettings['accounts']>): Accounts {
  const identities = createIdentities(settings.identities)
  const isAdministrator = matcher(settings.administrators)
  const isService = matcher(settings.service)
  const rolesOf = (name: ByteString, account: ByteString): string[] => {
    const roles: string[] = []
    if (isAdministrator(name, account)) roles.push('administrator')
    if (isService(name, account)) roles.push('service')
    if (GUESTS.has(lowerAscii(name))) roles.push('guest')
    return roles
  }
  const rolesOfName = remember(REMEMBERED, (name) => rolesOf(name, `\\${name}`))
  const rolesOfAccount = remember(REMEMBERED, (account) => rolesOf(account.slice(account.indexOf('\\') + 1), account))
  const enricher: Enricher = {
    name: 'accounts',
    sets: [F['user.name'], F['user.domain'], F['user.roles']],
    apply(event) {
      const known = knownAccount(event)
      if (event.get(F['user.name']) === undefined) setName(event, identities.accountOf(event) ?? known)
      event.add(F['user.roles'], known?.role)
      const name = event.get(F['user.name'])
      if (name === undefined) return
      const domain = event.get(F['user.domain'])
      for (const role of domain === undefined ? rolesOfName(name) : rolesOfAccount(`${domain}\\${name}`)) event.add(F['user.roles'], role)
      if (isMachine(event, name)) event.add(F['user.roles'], 'machine')
      if (isSystem(event, name)) event.add(F['user.roles'], 'system')
    },
  }
  return { enricher, refresh: () => identities.refresh() }
}

function setName(event: Event, account: Account | KnownAccount | undefined): void {
  if (account?.name === undefined) return
  event.set(F['user.name'], account.name)
  event.set(F['user.domain'], event.get(F['user.domain']) ?? account.domain)
}

function knownAccount(event: Event): KnownAccount | undefined {
  const id = event.get(F['user.id'])
  if (id === undefined) return undefined
  return event.get(F['qumulo.audit.user.kind']) === 'auth_id' ? accountOfQumuloAuthId(id) : accountOfSid(id)
}

/** The device itself. Anybody may try to log in under its name from elsewhere, and a rule may drop what it does. */
function isSystem(event: Event, name: ByteString): boolean {
  if (event.get(F['naslog.parser']) === 'qumulo') return name === 'system' && event.get(F['user.domain']) === undefined
  const ip = event.get(F['source.ip'])
  return name === 'System' && event.get(F['user.domain']) === undefined && (ip === undefined || addressClass(ip) === 'loopback')
}

const DOLLAR = 0x24

/** Computers have accounts that end in `$`; QNAP writes `*` for it, as for some other characters. */
function isMachine(event: Event, name: ByteString): boolean {
  if (name.length < 2) return false
  if (name.charCodeAt(name.length - 1) === DOLLAR) return true
  return name.indexOf('*') === name.length - 1 && event.get(F['naslog.parser']) === 'qnap'
}

/** Patterns with a backslash are for `DOMAIN\name`, others for the name in any domain. Case does not count: it does not in Windows. */
function matcher(patterns: readonly string[]): (name: ByteString, account: ByteString) => boolean {
  const globs = patterns.map(toBytes)
  return (name, account) => globs.some((glob) => globMatches(glob, glob.includes('\\') ? account : name))
}
