import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Environment, ServiceSettings } from '../config.ts'
import type { DestinationSettings } from '../config/destinations/index.ts'
import type { Complaint } from '../config/error.ts'
import { printableText } from '../lib/printable.ts'

/** What the files and variables are like that hold secrets and certificates, and whether the folders of records are there. */
export interface FilesCheck {
  /** What naslog cannot work with. */
  readonly complaints: readonly Complaint[]
  /** What it can work with, or what looks different from here. */
  readonly notes: readonly Complaint[]
  /** The paths that are complained of. */
  readonly unusable: ReadonlySet<string>
}

type Kind = 'secret' | 'key of pseudonyms' | 'certificate' | 'private key'

/** A file that the configuration names. */
interface NamedFile {
  /** `destination siem: tls.key` */
  readonly option: string
  readonly path: string
  readonly kind: Kind
}

/** Looks at every such file as the account that runs the check, and at the variables of its environment. Tells nothing of what is in them. */
export function checkFiles(settings: ServiceSettings, env: Environment): FilesCheck {
  const complaints: Complaint[] = []
  const notes: Complaint[] = []
  const unusable = new Set<string>()
  for (const { option, path, kind } of filesOf(settings)) {
    const where = `${option}: ${printableText(path)}`
    const fault = faultOf(path, kind)
    if (fault !== undefined) {
      unusable.add(path)
      complaints.push({ where, text: fault })
    } else if (kind !== 'certificate' && isReadByAll(path)) {
      notes.push({ where, text: 'its mode lets everybody on this machine read it; `chmod 0400`, and `chown` to the account that naslog runs as' })
    }
  }
  for (const { option, name } of variablesOf(settings)) {
    if ((env[name] ?? '').trim() !== '') continue
    notes.push({ where: `${option}: ${name}`, text: 'the variable is not set here; rsyslogd must have it in its environment (`systemctl edit rsyslog`, `Environment=`)' })
  }
  for (const destination of settings.destinations) {
    if (destination.type !== 'file' || existsSync(dirname(destination.path))) continue
    const where = `destination ${destination.name}: path: ${printableText(dirname(destination.path))}`
    notes.push({ where, text: 'no such folder here, and naslog omprog does not start without it; `install -d -m 0750`, owned by the account that naslog runs as' })
  }
  const { textfile } = settings.health
  if (textfile !== undefined && !existsSync(dirname(textfile))) {
    notes.push({ where: `health.textfile: ${printableText(dirname(textfile))}`, text: 'no such folder here: the figures are not written until it is there, and the account that naslog runs as may write to it' })
  }
  return { complaints, notes, unusable }
}

function filesOf({ enrichment, destinations }: ServiceSettings): NamedFile[] {
  const files: NamedFile[] = []
  const add = (option: string, path: string | undefined, kind: Kind): void => {
    if (path !== undefined) files.push({ option, path, kind })
  }
  add('privacy.key_file', enrichment?.privacy?.key_file, 'key of pseudonyms')
  for (const destination of destinations) {
    const { token_file: token, password_file: password, tls } = secretsOf(destination)
    const option = `destination ${destination.name}`
    add(`${option}: token_file`, token, 'secret')
    add(`${option}: password_file`, password, 'secret')
    add(`${option}: tls.ca`, tls?.ca, 'certificate')
    add(`${option}: tls.cert`, tls?.cert, 'certificate')
    add(`${option}: tls.key`, tls?.key, 'private key')
    add(`${option}: privacy.key_file`, destination.privacy?.key_file, 'key of pseudonyms')
  }
  return files
}

function variablesOf({ destinations }: ServiceSettings): { option: string; name: string }[] {
  return destinations.flatMap((destination) => {
    const { token_env: token, password_env: password } = secretsOf(destination)
    const named = [['token_env', token], ['password_env', password]] as const
    return named.flatMap(([key, name]) => (name === undefined ? [] : [{ option: `destination ${destination.name}: ${key}`, name }]))
  })
}

/** Where secrets and certificates stand, for those types of destinations that have any. */
interface Secrets {
  readonly token_file?: string | undefined
  readonly token_env?: string | undefined
  readonly password_file?: string | undefined
  readonly password_env?: string | undefined
  readonly tls?: { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined } | undefined
}

function secretsOf(destination: DestinationSettings): Secrets {
  return destination.type === 'file' ? {} : destination
}

/** What is to be done about a file that is not there. */
const REMEDIES: Readonly<Record<Kind, string>> = {
  secret: 'write the secret into it, alone on one line; owned by the account that naslog runs as, mode 0400',
  'key of pseudonyms': 'make one with `head -c 32 /dev/urandom | base64`; owned by the account that naslog runs as, mode 0400',
  certificate: 'put the certificate there (PEM), or name the right file',
  'private key': 'put the key of the certificate there (PEM), or name the right file',
}

/** What is wrong with a file, and what to do; `undefined` if it can be used. */
function faultOf(path: string, kind: Kind): string | undefined {
  let content: string
  try {
    content = readFileSync(path, 'latin1')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return `no such file; ${REMEDIES[kind]}`
    if (code === 'EACCES') return 'no permission to read it; `chown` it, and open its folders, to the account that naslog runs as (and check as that account)'
    if (code === 'EISDIR') return 'is a directory; name the file in it'
    return printableText(message)
  }
  switch (kind) {
    case 'secret':
      if (content.trim() === '') return `is empty; ${REMEDIES[kind]}`
      return /^[ -~]+$/.test(content.trim()) ? undefined : `is not one line of ASCII characters; ${REMEDIES[kind]}`
    case 'key of pseudonyms':
      // The privacy itself says how long it must be.
      return undefined
    case 'certificate':
      return content.includes('-----BEGIN CERTIFICATE-----') ? undefined : `holds no certificate in PEM (-----BEGIN CERTIFICATE-----); ${REMEDIES[kind]}`
    case 'private key':
      return /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(content) ? undefined : `holds no key in PEM (-----BEGIN PRIVATE KEY-----); ${REMEDIES[kind]}`
  }
}

function isReadByAll(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) % 8 >= 4
}
