import type { EnrichmentSettings } from '../config/enrichment.ts'
import type { Event } from '../event.ts'
import { F } from '../fields/index.ts'
import { lowerAscii, toBytes, type ByteString } from '../lib/bytes.ts'
import { globMatches } from '../lib/glob.ts'
import { remember } from '../lib/remember.ts'
import type { Enricher } from './enricher.ts'
import { addressClass } from './networks.ts'
import { accountOfQumuloAuthId, accountOfSid, type KnownAccount } from './sids.ts'

/** Account names that are remembered with their roles. Names of failed logins are chosen by strangers. */
const REMEMBERED = 10_000

/** Names that stand for nobody in particular, in lower case. */
const GUESTS: ReadonlySet<string> = new Set(['guest', 'anonymous', 'nobody', 'anonymous logon'])

/** Makes the stage that gives well-known ids their names, and accounts their roles. */
export function createAccounts(settings: NonNullable<EnrichmentSettings['accounts']>): { readonly enricher: Enricher } {
  const isAdministrator = matcher(settings.administrators)
  const isService = matcher(settings.service)
  /** By `DOMAIN\name`, or `\name` without a domain. */
  const listedRoles = remember(REMEMBERED, (account) => {
    const roles: string[] = []
    if (isAdministrator(account)) roles.push('administrator')
    if (isService(account)) roles.push('service')
    return roles
  })
  const enricher: Enricher = {
    name: 'accounts',
    sets: [F['user.name'], F['user.domain'], F['user.roles']],
    apply(event) {
      const known = knownAccount(event)
      if (known?.name !== undefined && event.get(F['user.name']) === undefined) {
        event.set(F['user.name'], known.name)
        event.set(F['user.domain'], event.get(F['user.domain']) ?? known.domain)
      }
      event.add(F['user.roles'], known?.role)
      const name = event.get(F['user.name'])
      if (name === undefined) return
      for (const role of listedRoles(`${event.get(F['user.domain']) ?? ''}\\${name}`)) event.add(F['user.roles'], role)
      if (isMachine(event, name)) event.add(F['user.roles'], 'machine')
      if (isSystem(event, name)) event.add(F['user.roles'], 'system')
      if (GUESTS.has(lowerAscii(name))) event.add(F['user.roles'], 'guest')
    },
  }
  return { enricher }
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

/** Computers have accounts that end in `$`; QNAP writes `*` for it, as for some other characters. */
function isMachine(event: Event, name: ByteString): boolean {
  if (name.length < 2) return false
  if (name.endsWith('$')) return true
  return name.indexOf('*') === name.length - 1 && event.get(F['naslog.parser']) === 'qnap'
}

/** Patterns with a backslash are for `DOMAIN\name`, others for the name in any domain. Case does not count: it does not in Windows. */
function matcher(patterns: readonly string[]): (account: ByteString) => boolean {
  const globs = patterns.map(toBytes)
  return (account) => {
    const name = account.slice(account.indexOf('\\') + 1)
    return globs.some((glob) => globMatches(glob, glob.includes('\\') ? account : name))
  }
}
